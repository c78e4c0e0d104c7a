import { type AgentSpec, REASONS, type Scenario, UserCpu } from '@racewalk/machine';
import { defineScenario } from '@racewalk/mm';
import { type ClearYoung, invalidateNosync, testAndClear } from '../agents/aging.js';
import { addrOfTarget, locked, type Mapping, mapping, targetOf } from '../setup.js';

/** Ages the page and promises that from then on no use of it goes unnoticed. */
const strictAging = (clear: ClearYoung): AgentSpec<Mapping> => ({
  cpu: 0,
  role: 'kernel',
  note: 'ages a page strictly',
  *run(m, s) {
    const young = yield* locked(m, s, () => clear(m, s));
    const { vpn } = targetOf(s);
    if (young) yield* m.completes('old', s.vma, vpn, vpn + 1);
  },
});

const withBarrier: ClearYoung = function* (m, s) {
  const young = yield* testAndClear(m, s);
  if (young) yield* m.tlb.flushTlbPage(s.vma, addrOfTarget(s));
  return young;
};

const withoutBarrier: ClearYoung = function* (m, s) {
  const young = yield* testAndClear(m, s);
  if (young) yield* invalidateNosync(m, s);
  return young;
};

const reader: AgentSpec<Mapping> = {
  cpu: 1,
  role: 'user',
  note: 'reads',
  *run(m, s) {
    yield* new UserCpu(m, s.vma).load(0);
  },
};

/** Seed 000 (f), with the trailing barrier: what it would buy. */
export const clearFlushYoungStrict: Scenario = defineScenario<Mapping>({
  id: 'access-flags/clear-flush-young-strict',
  title: 'Clearing the access flag with the trailing barrier: no later use goes unnoticed',
  source:
    'ptep_clear_flush_young() of the contpte series, November 2023 (seed 004), had it kept its trailing barrier',
  about:
    'Must every use of a page set the access flag again once clear_flush_young() has returned? Then the invalidation has to be complete on return, and a broadcast invalidation needs a barrier after it. With the barrier no CPU keeps a young translation of a page that memory says is old. Without it a CPU may. Where an interrupt invalidates remote TLBs, the sender waits anyway, so both forms are the same. x86 skips the invalidation altogether; this caller could not allow that.',
  invariants: ['STALE'],
  params: { block: 4 },
  sizes: [{ block: 16 }],
  setup: (w) => mapping(w, { young: true }),
  agents: { aging: strictAging(withBarrier), user: reader },
  linux: {
    '6.12': {
      what: 'the invalidation is issued and not waited for',
      kernel: {
        file: 'arch/arm64/mm/contpte.c',
        functions: ['contpte_ptep_clear_flush_young', '__flush_tlb_range_nosync'],
      },
      known:
        'meant so, and argued in the sources: the worst is a page that seems idle for a while. x86 does not invalidate at all',
      breaks: 'STALE',
      why: 'the other CPU may use its old translation until the broadcast has arrived',
      unless: REASONS.invalidationWaits,
      agents: { aging: strictAging(withoutBarrier) },
    },
  },
  mutants: {
    'no-trailing-barrier': {
      what: 'the invalidation is issued and not waited for',
      breaks: 'STALE',
      why: 'the other CPU may use its old translation until the broadcast has arrived',
      unless: REASONS.invalidationWaits,
      agents: { aging: strictAging(withoutBarrier) },
    },
  },
});
