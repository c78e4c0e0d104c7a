import type { Scenario } from '@racewalk/machine';
import { defineScenario } from '@racewalk/mm';
import { atomics } from '../agents/gpu.js';
import { user } from '../agents/user.js';
import { entriesRemember, type Setup, setup } from '../setup.js';

/** What the device wrote must not be forgotten. */
export const restoreKeepsDirty: Scenario = defineScenario<Setup>({
  id: 'device-exclusive/restore-keeps-dirty',
  title: 'A restored entry speaks for what the device has written',
  source:
    'restore_exclusive_pte() in "mm: Device exclusive memory access" v8, May 2021 (seed 002): maybe_mkwrite(pte_mkdirty(pte), vma)',
  about:
    'A device writes without leaving a mark in any entry of the CPU. While it has the page the entry speaks for it: writable means possibly written. Restoring must not lose that, so the entry comes back dirty, whether the device wrote or not, and old, because nobody knows. The access flag may be wrong for one round of aging; the dirty state may not be wrong at all.',
  invariants: ['DIRTY'],
  params: { block: 4 },
  setup: (w) => {
    const s = setup(w, { has: 'device' });
    entriesRemember(w);
    return s;
  },
  agents: { gpu: atomics(), user: user(1, ['load']) },
  mutants: {
    'restores-clean': {
      what: 'the entry comes back clean, as one that was only read',
      breaks: 'DIRTY',
      why: 'what the device wrote is remembered by nobody once the entry is present',
      patch: {
        *setPteAt(m, mm, addr, ptep, pte) {
          yield* m.pte.setPteAt(mm, addr, ptep, m.v.pteMkclean(pte));
        },
      },
      within: 'restoreExclusivePte',
    },
  },
});
