/** The tables of a world, and the words that their entries are kept in. */
import type { PageTable, Ptep } from '@racewalk/core';
import type { Cell } from '@racewalk/core/step';
import type { World } from './types.js';

/** Every table whose entries can map a page. */
export const tablesOf = (w: World): readonly PageTable[] => [...w.tables, ...w.pmds.tables];

/** The words of an entry: one, or two where it is loaded in halves. */
export const cellsOf = (ptep: Ptep): Cell[] => (ptep.high < 0 ? [ptep.cell] : [ptep.cell, ptep.high]);
