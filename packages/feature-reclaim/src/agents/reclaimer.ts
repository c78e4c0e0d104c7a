import type { Step } from '@racewalk/core/step';
import type { AgentSpec, Machine } from '@racewalk/machine';
import type { Mapped } from '../setup.js';

/** Reclaim the page, or put it back: then the reference of its isolation goes. @kernel shrink_inactive_list */
export function* reclaimPage(m: Machine, { folio, frame }: Mapped): Step<void> {
  const folioList = [folio];
  yield* m.k.shrinkFolioList(folioList);
  if (folioList.length > 0) yield* m.k.folioPut(frame);
}

/** Reclaim of the page on CPU 0. */
export const reclaimer: AgentSpec<Mapped> = {
  cpu: 0,
  role: 'kernel',
  note: 'shrink_folio_list',
  run: reclaimPage,
};
