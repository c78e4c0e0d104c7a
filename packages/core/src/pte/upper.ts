/**
 * Which bits distinguish the kinds of an entry above the leaf tables: nothing, a table, a leaf, a leaf that is
 * invalid for the hardware.
 */
import type { PteLayout, TableTest } from './layout.js';
import { PTE_ZERO, type PteWord, pteAll, pteAndNot, pteAny, pteOr } from './word.js';

/** A level above the leaf tables: entries that can map 2 MiB, or 1 GiB. */
export type UpperLevel = 'pmd' | 'pud';

/** Those bits of one architecture, complete. */
export interface UpperBits {
  readonly present: PteWord;
  readonly invalidSet: PteWord;
  readonly invalidClear: PteWord;
  readonly table: PteWord;
}

/** Bits that a leaf has and a table has not. */
const leafMarks = (l: PteLayout): PteWord => pteOr(l.pmdLeafSet, l.upper?.leafAny ?? PTE_ZERO);

/** Derive what the layout leaves out. */
export function upperBits(l: PteLayout): UpperBits {
  const own = l.upper ?? {};
  const ptePresent = pteOr(l.valid, l.protnone);
  // Bits that mark a leaf (x86: PSE; RISC-V: R, W, X) alone can keep an invalidated one present.
  const marks = leafMarks(l);
  const marked = marks !== PTE_ZERO;
  return {
    present: own.present ?? pteOr(ptePresent, marks),
    invalidSet: own.invalidSet ?? (marked ? PTE_ZERO : l.protnone),
    invalidClear: own.invalidClear ?? (marked ? ptePresent : l.valid),
    table: own.table ?? pteOr(l.valid, l.pmdLeafClear),
  };
}

/** Whether the bits are those of a leaf, present or not. */
export function hasLeafBits(l: PteLayout, entry: PteWord): boolean {
  const any = l.upper?.leafAny;
  if (any !== undefined && !pteAny(entry, any)) return false;
  return pteAll(entry, l.pmdLeafSet) && !pteAny(entry, l.pmdLeafClear);
}

/** What `pmd_bad` (or `pud_bad`) accepts as a table. */
export function tableTest(l: PteLayout, level: UpperLevel): TableTest {
  const own = l.upper?.tableTest ?? { set: upperBits(l).table, clear: leafMarks(l) };
  return level === 'pud' ? (l.upper?.pudTableTest ?? own) : own;
}

/** A value of a leaf table as a leaf above, that is, with the bits that say so. @kernel pmd_mkhuge */
export const leafForm = (l: PteLayout, pte: PteWord): PteWord =>
  pteAndNot(pteOr(pte, l.pmdLeafSet), l.pmdLeafClear);

/** The other way round: the page entry that permits and records what the leaf does. @kernel pmd_pte */
export const pageForm = (l: PteLayout, leaf: PteWord): PteWord =>
  pteAndNot(pteOr(leaf, l.pmdLeafClear), l.pmdLeafSet);
