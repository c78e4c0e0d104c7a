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
    'Suppose a caller needs more than a hint: once the function has returned, every use of the page must set the access flag again. Then the invalidation has to be complete, and where it is broadcast that takes a barrier after it. The machine says what the barrier is for: with it no CPU keeps a young translation of a page that memory calls old, without it one may. Where remote TLBs are invalidated by interrupts the sender waits anyway and the two forms are the same; x86 saves itself the whole invalidation instead, which this caller could not allow.',
  invariants: ['STALE'],
  params: { block: 4 },
  sizes: [{ block: 16 }],
  setup: (w) => mapping(w, { young: true }),
  agents: { aging: strictAging(withBarrier), user: reader },
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
