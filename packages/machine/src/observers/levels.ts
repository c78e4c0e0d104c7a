import type { Ptep } from '@racewalk/core';
import type { Cell } from '@racewalk/core/step';
import { leavesNeedBreak } from '../cpu/sizes.js';
import { describeEntry } from '../entries/leaf-walk.js';
import type { ObserverOf } from '../world/types.js';
import type { Ptdesc } from '../world/upper.js';
import { type Issued, issuedStores } from './issued.js';

/** What TLBs may still hold of an area after its entry above was emptied. */
interface Held {
  /** 1 + frame of the leaf, or 0. */
  readonly leaf: Cell;
  /** A bit for each page of the table. */
  readonly pages: Cell;
}

/**
 * CONT, one level up: an entry changes from a leaf to a table, from a table to a leaf, or to a leaf of other frames, only by
 * break before make: clear, invalidate, wait, set. With FEAT_BBM level 2 a change of size needs no break, one of
 * frames does. (Arm ARM DDI 0487, "Using break-before-make when updating translation table entries", "FEAT_BBM".)
 */
export const levels: ObserverOf = (w) => {
  const { pmd: p, values: v } = w.arch;
  const helds = new Map<Ptdesc, Held>();
  let issued: Issued;
  const needed = w.arch.has('leafBreakBeforeMake');
  const sizes = leavesNeedBreak(w.arch);
  const heldOf = (ptep: Ptep): Held | undefined => {
    const slot = w.pmds.under(ptep) ?? w.pmds.of(ptep.table);
    return slot === undefined ? undefined : helds.get(slot);
  };
  return {
    code: 'CONT',
    idle: () => (helds.size === 0 ? 'no upper level is followed' : null),
    prepare() {
      if (!needed) return;
      issued = issuedStores(
        w,
        w.pmds.slots.filter(({ follows }) => follows).map(({ pmdp }) => pmdp),
      );
      for (const slot of w.pmds.slots) {
        if (!slot.follows) continue;
        const { name } = slot.pmdp;
        helds.set(slot, { leaf: w.ghost(`held leaf ${name}`), pages: w.ghost(`held pages ${name}`) });
      }
    },
    entryCells(ptep) {
      const held = ptep.table.level === undefined ? undefined : heldOf(ptep);
      return held === undefined ? [] : [held.leaf, held.pages, ...issued.cells(ptep)];
    },
    entryWrite(s, ptep, arrived, now, faults) {
      const held = ptep.table.level === undefined ? undefined : heldOf(ptep);
      const slot = w.pmds.under(ptep);
      if (held === undefined || slot === undefined) return;
      const old = issued.store(s, ptep, arrived, now);
      if (old === null) return;
      const usable = (pmd: typeof now) => v.pteValid(pmd) && p.pmdLeaf(pmd);
      if (usable(old)) s.set(held.leaf, p.pmdPfn(old) + 1);
      else if (!p.pmdBad(old)) s.set(held.pages, 2 ** Math.min(slot.table.entries.length, 30) - 1);
      const says = () => `${describeEntry(w.arch, 'pmd', old)} → ${describeEntry(w.arch, 'pmd', now)}`;
      const bad = (what: string) =>
        faults.fail('CONT', `${ptep.name} (${says()}): ${what} without break before make`);
      const leaf = s.get(held.leaf);
      if (usable(now)) {
        if (leaf !== 0 && leaf !== p.pmdPfn(now) + 1) return bad('other frames');
        if (sizes && s.get(held.pages) !== 0) return bad('a leaf after a table');
        s.set(held.leaf, 0);
      } else if (!p.pmdBad(now)) {
        if (sizes && leaf !== 0) return bad('a table after a leaf');
        s.set(held.pages, 0);
      }
    },
    invalidatedCells(ptep) {
      const held = heldOf(ptep);
      return held === undefined ? [] : [held.leaf, held.pages];
    },
    invalidated(s, ptep, taken) {
      const held = heldOf(ptep);
      if (held === undefined) return;
      if (taken !== 'pte') s.set(held.leaf, 0);
      if (taken !== 'pmd') s.set(held.pages, s.get(held.pages) & ~(1 << ptep.index));
    },
  };
};
