import { type AgentSpec, REASONS, type Scenario, UserCpu } from '@racewalk/machine';
import { defineScenario } from '@racewalk/mm';
import { type Mapping, mapping, targetOf } from '../setup.js';

/** A write-protected page turns out to be exclusive and becomes writable in place. */
const reuse: AgentSpec<Mapping> = {
  cpu: 0,
  role: 'kernel',
  note: 'wp_page_reuse, holds ptl',
  *run(m, s) {
    const ptep = targetOf(s);
    yield* m.pteOffsetMapLock(ptep.table);
    const origPte = yield* m.pte.ptepGet(ptep);
    yield* m.k.wpPageReuse({ vma: s.vma, ptep, access: 'store', origPte });
  },
};

/** Reads, then writes, on a CPU whose TLB may refuse the write. */
const second: AgentSpec<Mapping> = {
  cpu: 1,
  role: 'user',
  note: 'second thread, TLB may refuse',
  *run(m, s) {
    const cpu = new UserCpu(m, s.vma);
    yield* cpu.load(0);
    yield* cpu.store(0);
  },
};

/** Seed 000 (e): the invalidation that only the thread that changed something makes. */
export const flushOnlyIfChanged: Scenario = defineScenario<Mapping>({
  id: 'access-flags/flush-only-if-changed',
  title: 'Two threads fault on one page; only the one that changes the entry invalidates',
  source:
    'ptep_set_access_flags() in the ptep_get_and_clear_full() thread, 28 November 2023 (seed 000): flush if changed and dirty',
  about:
    'One thread makes a read-only page writable. A second thread faults on its stale translation and finds an entry that already permits everything. Nothing changes, so nothing is invalidated: does it fault forever? No: the first thread invalidates before it drops the lock, and the second reads the entry only under that lock. So the patch, which invalidates only if the entry changed, is safe. Without any invalidation the second thread never makes progress, unless the fault itself drops the stale entry, as on x86.',
  invariants: ['DIRTY'],
  params: { block: 4 },
  setup: (w) => mapping(w, { write: false, young: true }),
  agents: { reuse, user: second },
  mutants: {
    'no-flush': {
      what: 'the thread that changed the entry does not invalidate either',
      breaks: 'LIVE',
      why: 'the other CPU faults on its stale read-only translation, and its handler finds nothing to do',
      unless: REASONS.faultHeals,
      within: 'wpPageReuse',
      patch: {
        // The last argument is what makes the operation flush if it changed something.
        *ptepSetAccessFlags(m, vma, addr, ptep, entry) {
          return yield* m.pte.ptepSetAccessFlags(vma, addr, ptep, entry, false);
        },
      },
    },
  },
});
