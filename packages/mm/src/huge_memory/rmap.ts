/** Huge pages in the reverse map: mapped as a whole, and counted once. (mm/rmap.c, Linux 6.12) */
import type { Step } from '@racewalk/core/step';
import type { Frame, Machine } from '@racewalk/machine';
import { forgetMapping } from '../folio.js';
import type { Folio } from '../folio-table.js';
import { addTo } from '../words.js';

/** The folio is mapped as a whole once more. @kernel folio_add_anon_rmap_pmd, folio_add_file_rmap_pmd */
export function* folioAddRmapPmd(_m: Machine, folio: Folio): Step<void> {
  yield* addTo(folio.mapcount, 1, { op: 'folio_add_rmap_pmd', text: folio.name });
}

/** And once less: from here on the kernel may treat its pages as clean. @kernel folio_remove_rmap_pmd */
export function* folioRemoveRmapPmd(m: Machine, folio: Folio, _page: Frame): Step<void> {
  yield* forgetMapping(m, folio, folio.frames, 1, { op: 'folio_remove_rmap_pmd', text: folio.name });
}

/** Functions that others call by name. */
export const RMAP_PMD = { folioAddRmapPmd, folioRemoveRmapPmd } as const;

type RmapPmdFunctions = typeof RMAP_PMD;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends RmapPmdFunctions {}
}
