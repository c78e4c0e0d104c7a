/**
 * Svnapot: the entries of a naturally aligned block of pages are all alike. The number of pages is in the low bits of
 * PPN: the lowest bit that is set stands for half of them. Hardware has one size, 16 pages, `PPN[3:0] = 1000`; races
 * may have smaller blocks, and these take the patterns that the manual reserves for them. (Privileged architecture
 * 20240411, 13; Linux 6.12 `pte_mknapot`, `napot_cont_order`; `pte_mknonnapot` of the series that folds blocks.)
 */
import { type ArchSpec, fieldOf, fieldWord, type PteWord, pteAndNot, pteAny, pteOr } from '@racewalk/core';
import { layout, PTE } from './layout.js';

/** The low bits of PPN that a block of `ptes` pages uses. Blocks have at most 2^20 pages, so a number holds them. */
const low = (ptes: number): readonly [number, number] => [layout.pfn[0], layout.pfn[0] + Math.log2(ptes) - 1];

const put = (pte: PteWord, [lo, hi]: readonly [number, number], value: number): PteWord =>
  pteOr(pteAndNot(pte, fieldWord(2 ** (hi - lo + 1) - 1, lo, hi)), fieldWord(value, lo, hi));

/** Both ways, for the field `cont` of a plug-in. */
export const napot: NonNullable<NonNullable<ArchSpec['cont']>['napot']> = Object.freeze({
  encode: (pte: PteWord, ptes: number) => (pteAny(pte, PTE.N) ? put(pte, low(ptes), ptes / 2) : pte),
  decode(stored: PteWord, vpn: number, ptes: number) {
    if (!pteAny(stored, PTE.N)) return stored;
    return fieldOf(stored, ...low(ptes)) === ptes / 2 ? put(stored, low(ptes), vpn % ptes) : stored;
  },
});
