/** The reverse map, as far as it is counted. */

import { RacewalkError } from '@racewalk/core';
import { read, type Step } from '@racewalk/core/step';
import type { Frame, Machine } from '@racewalk/machine';
import { PageFlag } from '@racewalk/mm';

/**
 * One mapping more of an anonymous page. The thread's version has a branch for pages of files, too; no
 * such page is ever made exclusive, so here that is an error. @kernel page_add_anon_rmap
 */
export function* pageAddAnonRmap(m: Machine, page: Frame): Step<void> {
  yield* m.k.folioAddRmap(page.folio);
  if (!m.world.watches('RMAP')) return;
  const flags = yield* read(page.cell, { op: 'PageAnon', text: page.name });
  if ((flags & PageFlag.ANON) !== 0) return;
  throw new RacewalkError('RACEWALK_INTERNAL', `${page.name} was exclusive to a device and is not anonymous`);
}
