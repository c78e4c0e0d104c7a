import { write } from '@racewalk/core/step';
import { type AgentSpec, nothing, REASONS, type Scenario } from '@racewalk/machine';
import { defineScenario, type TailPage, tailPage } from '@racewalk/mm';

const split: AgentSpec<TailPage> = {
  cpu: 0,
  role: 'kernel',
  note: 'splits the folio',
  *run(m, tail) {
    yield* m.k.__splitHugePageTail(tail);
  },
};

/** A zap comes to the migration entry, and asks whether its folio is locked. */
const zap: AgentSpec<TailPage> = {
  cpu: 1,
  role: 'kernel',
  note: 'zaps the migration entry',
  *run(m, tail) {
    yield* m.k.pfnSwapEntryFolio(tail);
  },
};

/** Report r10. */
export const softleafRmb: Scenario = defineScenario<TailPage>({
  id: 'reports/softleaf-rmb',
  title: 'The folio of a migration entry while it is split',
  source: 'CVE-2026-31466; swap_entry_migration_sync(), include/linux/swapops.h, Linux 6.12.117',
  about:
    'A split publishes a tail page as a folio of its own: first its flags, PG_locked among them, then its head. A zap that meets the migration entry of the page looks up the head, and then asks whether the folio is locked, as that of a migration entry always is. Two stores with a barrier, two loads: is that enough? Not without a barrier between the loads. The flags may be loaded first, from before the split, and the folio looks unlocked.',
  invariants: ['TORN'],
  params: { block: 1 },
  memory: 'weak',
  setup: tailPage,
  agents: { split, zap },
  linux: { '6.12': 'upstream' },
  mutants: {
    'no-rmb': {
      what: 'no smp_rmb() between the head and the flags, as before the repair',
      breaks: 'TORN',
      why: 'the load of the flags passes by the stores of the split, although it stands behind the load of the head',
      unless: REASONS.loadsInOrder,
      patch: { smpRmb: nothing },
    },
    'no-wmb': {
      what: 'no smp_wmb() between the flags and the head',
      breaks: 'TORN',
      why: 'the head is seen before the flags',
      unless: REASONS.storesInOrder,
      patch: { smpWmb: nothing },
    },
    'head-first': {
      what: 'the split publishes the head before the flags',
      breaks: 'TORN',
      why: 'in between, the page is a folio of its own that is not locked',
      patch: {
        *__splitHugePageTail(_m, { flags, head }) {
          yield* write(head, 0, { op: 'clear_compound_head', text: 'tail' });
          yield* write(flags, 1, { op: 'page_tail->flags', text: 'locked, as the head is' });
        },
      },
    },
  },
});
