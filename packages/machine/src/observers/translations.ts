/** What TLBs hold, and whether the tables, as they are now, still say the same. */

import {
  blockOf,
  type PageTable,
  type Pfn,
  type Ptep,
  type PteWord,
  ptepOf,
  type Vma,
  type Vpn,
} from '@racewalk/core';
import type { Cell } from '@racewalk/core/step';
import { cellsOf } from '../world/table-words.js';
import type { World } from '../world/types.js';
import type { Ptdesc } from '../world/upper.js';
import type { StepView } from './observer.js';

/**
 * Call `visit` for every translation of a page of `start` … `end` that some TLB holds; `where` names it. What is cached of an
 * entry that was not valid is no translation, and is passed over.
 */
export function eachCached(
  w: World,
  s: StepView,
  { vma, start, end }: { readonly vma: Vma; readonly start: Vpn; readonly end: Vpn },
  visit: (cached: PteWord, where: string, vpn: Vpn) => void,
): void {
  const get = (cell: Cell) => s.get(cell);
  for (const cpu of w.cpus) {
    for (let vpn = start; vpn < end; vpn++) {
      const where = `cpu${cpu} still has ${vma.table.name}[${vpn - vma.table.start}]`;
      for (const cached of w.tlbs.translations(get, cpu, vma.mm, vpn)) {
        if (w.arch.values.pteValid(cached)) visit(cached, where, vpn);
      }
    }
  }
}

/** The entries that can say something about a page: its own, and in a block all. */
export const speakersFor = (w: World, vma: Vma, vpn: Vpn): readonly Ptep[] =>
  blockOf(ptepOf(vma, vpn), w.contPtes);

/** Whether no walk leads to the table any more. */
export function detached(w: World, s: StepView, table: PageTable): boolean {
  const upper = w.pmds.of(table);
  if (upper === undefined) return false;
  const leads = (slot: Ptdesc): boolean => {
    const pmd = w.entryIn((cell) => s.get(cell), slot.pmdp);
    return upper.follows ? w.pmds.ledBy(pmd) === upper : !w.arch.pmd.pmdBad(pmd);
  };
  return !w.pmds.slotsFor(upper).some(leads);
}

/** How many pages the entry of a level maps if it maps any: in the model a leaf is as long as the area's table. */
export const pagesBehind = (w: World, ptep: Ptep): number => {
  const slot = ptep.table.level === undefined ? undefined : w.pmds.under(ptep);
  return slot?.follows === true ? slot.table.entries.length : 1;
};

/** Whether an entry with this value maps the frame; a leaf of the upper level maps several. */
export function mapsFrame(w: World, ptep: Ptep, pte: PteWord, pfn: Pfn): boolean {
  const { values: v, pmd: p } = w.arch;
  const pages = pagesBehind(w, ptep);
  if (pages === 1) return v.ptePresent(pte) && v.ptePfn(pte) === pfn;
  const first = p.pmdPfn(pte);
  return p.pmdLeaf(pte) && pfn >= first && pfn < first + pages;
}

/** The entry that maps a page now, or would: by way of the level above, where the race has one. */
export function entryFor(w: World, s: StepView, vma: Vma, vpn: Vpn): Ptep {
  const own = ptepOf(vma, vpn);
  const slot = w.pmds.of(vma.table);
  if (slot?.follows !== true) return own;
  const pmd = w.entryIn((cell) => s.get(cell), slot.pmdp);
  return w.pmds.ledBy(pmd)?.table.entries[own.index] ?? slot.pmdp;
}

/** The words that {@link given} and {@link entryFor} look at, for a range. */
export function givingCells(w: World, vma: Vma, start: Vpn, end: Vpn): Cell[] {
  const cells = new Set<Cell>();
  const upper = w.pmds.of(vma.table);
  if (upper !== undefined) for (const cell of cellsOf(upper.pmdp)) cells.add(cell);
  for (let vpn = start; vpn < end; vpn++) {
    for (const ptep of speakersFor(w, vma, vpn)) for (const cell of cellsOf(ptep)) cells.add(cell);
    if (!w.pmds.wanders || upper === undefined) continue;
    for (const { entries } of w.pmds.leafTables) {
      const other = entries[vpn - vma.table.start];
      if (other !== undefined) for (const cell of cellsOf(other)) cells.add(cell);
    }
  }
  return [...cells];
}

/**
 * The entry through which a walk of this moment gives the page the frame that `cached` has, or null: then what is
 * cached is left over from an earlier entry.
 */
export function given(w: World, s: StepView, vma: Vma, vpn: Vpn, cached: PteWord): PteWord | null {
  const { values: v, pmd: p } = w.arch;
  const get = (cell: Cell) => s.get(cell);
  const pfn = v.ptePfn(cached);
  const upper = w.pmds.of(vma.table);
  if (upper !== undefined) {
    const pmd = w.entryIn(get, upper.pmdp);
    if (p.pmdBad(pmd)) {
      const leads = p.pmdLeaf(pmd) && v.pteValid(pmd) && p.pmdPfn(pmd) + (vpn - upper.pmdp.vpn) === pfn;
      return leads ? pmd : null;
    }
  }
  // Not what a sibling of the block says: software took the page's own entry away, and the hardware has to follow.
  const pte = w.entryIn(get, entryFor(w, s, vma, vpn));
  return v.pteValid(pte) && v.ptePfn(pte) === pfn ? pte : null;
}
