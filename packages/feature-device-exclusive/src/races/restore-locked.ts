import { nothing, type Scenario } from '@racewalk/machine';
import { defineScenario, PageFlag } from '@racewalk/mm';
import { atomics } from '../agents/gpu.js';
import { user } from '../agents/user.js';
import { type Setup, setup } from '../setup.js';

/** Seed 002: a page of a locked area comes back. */
export const restoreLocked: Scenario = defineScenario<Setup>({
  id: 'device-exclusive/restore-locked',
  title: 'A page of a locked area is restored, and must be locked in memory again',
  source:
    'restore_exclusive_pte() in "mm: Device exclusive memory access" v8, May 2021 (seed 002): mlock_vma_page() where VM_LOCKED is set',
  about:
    'An area is locked in memory, and a device has one of its pages for itself. Making the page exclusive removed its last mapping, and that took the mark that keeps it in memory. Is the mark there again whenever the page is mapped? Yes: whoever restores the entry sets it, under the page-table lock. Without it a page of a locked area is mapped that reclaim may take.',
  invariants: ['MISS'],
  params: { block: 4 },
  setup: (w) => setup(w, { has: 'device', flags: { locked: true } }),
  agents: { gpu: atomics(), user: user(1, ['load']), other: user(2, ['load']) },
  finally(w, { ptep, page }, view, faults) {
    const pte = w.entryIn((cell) => view.get(cell), ptep);
    if (!w.arch.values.ptePresent(pte) || (view.get(page.cell) & PageFlag.MLOCKED) !== 0) return;
    faults.fail('MISS', `${page.name} is mapped by a locked area, and reclaim may take it`);
  },
  mutants: {
    'not-locked-again': {
      what: 'the entry is restored, and the page is not marked',
      breaks: 'MISS',
      why: 'the mark went with the mapping, when the page became exclusive',
      patch: { mlockVmaPage: nothing },
    },
  },
});
