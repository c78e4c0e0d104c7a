import { choose } from '@racewalk/core/step';
import type { AgentSpec } from '@racewalk/machine';
import { hasPages } from '@racewalk/mm';
import type { ThreeFolios } from '../setup.js';

/** A thread that touches the page twice: wherever it is gone, a fault maps a folio not used yet. */
export const toucher: AgentSpec<ThreeFolios> = {
  cpu: 3,
  role: 'kernel',
  note: 'page faults',
  *run(m, s) {
    const order =
      (yield* choose(2, 'folio the allocator has')) === 0 ? [s.second, s.third] : [s.third, s.second];
    hasPages(m, order);
    for (let i = 0; i < 2; i++) yield* m.k.doAnonymousPage({ vma: s.vma, ptep: s.ptep, access: 'store' });
  },
};
