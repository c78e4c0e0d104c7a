import type { AgentSpec } from '@racewalk/machine';
import type { Mapped } from '../setup.js';

/** Reclaim of the page on CPU 0. */
export const reclaimer: AgentSpec<Mapped> = {
  cpu: 0,
  role: 'kernel',
  note: 'shrink_inactive_list',
  *run(m, { folio }) {
    yield* m.k.shrinkInactiveList([folio]);
  },
};
