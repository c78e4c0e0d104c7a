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
    'A device writes without setting a flag in any CPU entry. Does the page stay dirty when the entry is restored? It must. While the device has the page, a writable entry means that the page may have been written. So the restored entry is dirty, whether the device wrote or not, and old, because nobody knows. A wrong access flag costs one round of aging. The dirty state must never be wrong.',
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
