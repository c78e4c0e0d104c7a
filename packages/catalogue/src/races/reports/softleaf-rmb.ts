import { atomic, type Cell, read, type Step, write } from '@racewalk/core/step';
import { type AgentSpec, type Machine, nothing, REASONS, type Scenario, type World } from '@racewalk/machine';
import { defineScenario } from '@racewalk/mm';

/** A tail page of a folio that is locked while it is split, and that a migration entry names. */
interface Tail {
  /** `page->flags`, of which PG_locked counts: the split copies it from the head. */
  readonly flags: Cell;
  /** `page->compound_head`: 1 while the page belongs to the old folio, whose lock is held. */
  readonly head: Cell;
}

const setup = (w: World): Tail => ({
  flags: w.word('tail.flags', 0, (x) => (x ? 'locked' : 'not locked')),
  head: w.word('tail.compound_head', 1, (x) => (x ? 'the old folio' : 'itself')),
});

/** What the split does to one tail page. @kernel __split_huge_page_tail */
const split: AgentSpec<Tail> = {
  cpu: 0,
  role: 'kernel',
  note: 'splits the folio',
  *run(m, { flags, head }) {
    yield* write(flags, 1, { op: 'page_tail->flags', text: 'locked, as the head is' });
    yield* m.k.smpWmb();
    // From here on whoever asks for the folio of the page gets the page itself.
    yield* write(head, 0, { op: 'clear_compound_head', text: 'tail' });
  },
};

/** Between the folio of a migration entry and its lock. @kernel swap_entry_migration_sync */
function* migrationSync(m: Machine): Step<void> {
  yield* m.k.smpRmb();
}

/** A zap comes to the migration entry, and asks whether its folio is locked. @kernel pfn_swap_entry_folio */
const zap: AgentSpec<Tail> = {
  cpu: 1,
  role: 'kernel',
  note: 'zaps the migration entry',
  *run(m, { flags, head }) {
    const own = (yield* read(head, { op: 'compound_head', text: 'tail' })) === 0;
    yield* migrationSync(m);
    // The flags are those of another word: no address leads from the head to them where the page is its own folio.
    const locked = !own || (yield* read(flags, { op: 'folio_test_locked', text: 'tail' })) !== 0;
    const run = (_mem: Int32Array, _base: number, faults: { fail(code: string, text: string): void }) => {
      if (!locked)
        faults.fail('TORN', 'the folio of a migration entry is not locked: head and flags are of two states');
      return 0;
    };
    yield* atomic([], run, { text: 'BUG_ON(!folio_test_locked())', does: 'observe' }, { locked: false });
  },
};

/** Report r10. */
export const softleafRmb: Scenario = defineScenario<Tail>({
  id: 'reports/softleaf-rmb',
  title: 'The folio of a migration entry while it is split',
  source: 'CVE-2026-31466; swap_entry_migration_sync(), include/linux/swapops.h, Linux 6.12.117',
  about:
    'A split publishes a tail page as a folio of its own: first its flags, PG_locked among them, then its head. A zap that meets the migration entry of the page looks up the head, and then asks whether the folio is locked, as that of a migration entry always is. Two stores with a barrier, two loads: is that enough? Not without a barrier between the loads. The flags may be loaded first, from before the split, and the folio looks unlocked.',
  invariants: ['TORN'],
  params: { block: 1 },
  memory: 'weak',
  setup,
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
      agents: {
        split: {
          ...split,
          *run(_m, { flags, head }) {
            yield* write(head, 0, { op: 'clear_compound_head', text: 'tail' });
            yield* write(flags, 1, { op: 'page_tail->flags', text: 'locked, as the head is' });
          },
        },
      },
    },
  },
});
