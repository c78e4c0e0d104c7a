import { blockOf, PTE_ZERO, type Ptep, type PteWord, pteAndNot, pteById } from '@racewalk/core';
import type { Cell } from '@racewalk/core/step';
import { sizesNeedBreak } from '../cpu/sizes.js';
import { describePte } from '../entries/describe.js';
import type { ObserverOf, World } from '../world/types.js';
import { type Issued, issuedStores } from './issued.js';

/**
 * CONT: the valid entries of a block agree in everything but access and dirty state, or none has the
 * contiguous mark; and contiguity or frame of an entry changes only by break before make: clear,
 * invalidate, wait, set. With FEAT_BBM level 2 a change of contiguity needs no invalidation in between, one of frames does; the block
 * must be uniform all the same. (Arm ARM DDI 0487, "Contiguous bit" and "Using break-before-make".) A plug-in may say by a function of its own
 * what must not come after an entry that TLBs may still have (`overLive`).
 *
 * Access and dirty bits are left out, so the hardware's own updates neither break nor order anything. Where stores reach
 * memory late, they are judged in the order in which they are issued (`issued.ts`).
 */
export const cont: ObserverOf = (w) => {
  const v = w.arch.values;
  /** Ghost word per block: orders all software writes to it, so that a check sees each state software made. */
  const shapes = new Map<Ptep, Cell>();
  /** Ghost word per entry: the last valid value that TLBs may still hold. */
  const helds = new Map<Ptep, Cell>();
  let issued: Issued;
  const { overLive } = w.arch;
  // A rule of the plug-in's own is asked about every bit.
  const ignored = overLive === undefined ? w.arch.cont?.mayDiffer : PTE_ZERO;
  const shapeOf = (pte: PteWord) => (v.pteValid(pte) ? pteAndNot(pte, ignored ?? pte) : null);
  const forbids = overLive ?? ((held, now) => (needsBreak(w, held, now) ? NO_BREAK : null));

  return {
    code: 'CONT',
    idle: () => (w.tables.length === 0 ? 'there is no page table' : null),
    prepare() {
      if (w.arch.cont === undefined && overLive === undefined) return;
      issued = issuedStores(
        w,
        w.tables.flatMap((table) => table.entries),
      );
      const show = (id: number) => (id === 0 ? 'nothing' : describePte(w.arch, pteById(id)));
      for (const table of w.tables) {
        for (const ptep of table.entries) {
          const first = blockOf(ptep, w.contPtes)[0] ?? ptep;
          shapes.set(ptep, shapes.get(first) ?? w.ghost(`shape of ${first.name}`));
          helds.set(ptep, w.ghost(`held ${ptep.name}`, 0, show));
        }
      }
    },
    entryCells(ptep) {
      const [shape, held] = [shapes.get(ptep), helds.get(ptep)];
      if (shape === undefined || held === undefined) return [];
      const block = blockOf(ptep, w.contPtes);
      return [shape, held, ...block.flatMap((p) => issued.cells(p)).filter((c) => c !== ptep.cell)];
    },
    entryWrite(s, ptep, arrived, now, faults) {
      const [shape, held] = [shapes.get(ptep), helds.get(ptep)];
      if (shape === undefined || held === undefined) return;
      const old = issued.store(s, ptep, arrived, now);
      if (old === null) return;
      if (shapeOf(old) === shapeOf(now)) return;
      s.set(shape, s.get(shape) + 1);
      if (v.pteValid(old)) {
        const why = v.pteValid(now) ? forbids(old, now) : null;
        if (why !== null) return faults.fail('CONT', changes(w, ptep, old, now, why));
        s.set(held, old.id);
      } else if (v.pteValid(now) && s.get(held) !== 0) {
        const was = pteById(s.get(held));
        const why = forbids(was, now);
        if (why !== null)
          return faults.fail('CONT', `${changes(w, ptep, was, now, why)}: no invalidation in between`);
      }
      const mixed = mixture(w, (p) => issued.value(s, p), ptep);
      if (mixed !== null) faults.fail('CONT', mixed);
    },
    invalidatedCells(ptep) {
      const held = helds.get(ptep);
      return held === undefined ? [] : [held];
    },
    invalidated(s, ptep) {
      const held = helds.get(ptep);
      if (held !== undefined) s.set(held, 0);
    },
  };
};

function needsBreak(w: World, old: PteWord, now: PteWord): boolean {
  if (!w.arch.has('breakBeforeMake')) return false;
  const v = w.arch.values;
  const resized = v.pteCont(old) !== v.pteCont(now) && sizesNeedBreak(w.arch);
  return resized || v.ptePfn(old) !== v.ptePfn(now);
}

const NO_BREAK = 'without break before make';

function changes(w: World, ptep: Ptep, old: PteWord, now: PteWord, why: string): string {
  const [from, to] = [describePte(w.arch, old), describePte(w.arch, now)];
  return `${ptep.name} changes from "${from}" to "${to}" ${why}`;
}

/** Why the block around `ptep` is not uniform, or null. */
function mixture(w: World, valueAt: (ptep: Ptep) => PteWord, ptep: Ptep): string | null {
  const v = w.arch.values;
  const mayDiffer = w.arch.cont?.mayDiffer;
  if (mayDiffer === undefined) return null;
  const block = blockOf(ptep, w.contPtes);
  let model: { name: string; shape: PteWord } | null = null;
  for (const p of block) {
    const pte = valueAt(p);
    if (!v.pteValid(pte) || !v.pteCont(pte)) continue;
    const first = v.ptePfn(pte) - (p.vpn % w.contPtes);
    if (first < 0 || first % w.contPtes !== 0 || block.length !== w.contPtes) {
      return `${p.name} is marked contiguous but frame and address are not aligned alike`;
    }
    model = { name: p.name, shape: v.pteAdvancePfn(pteAndNot(pte, mayDiffer), -(p.vpn % w.contPtes)) };
    break;
  }
  if (model === null) return null;
  for (const p of block) {
    const pte = valueAt(p);
    if (!v.pteValid(pte)) continue;
    const shape = v.pteAdvancePfn(pteAndNot(pte, mayDiffer), -Math.min(p.vpn % w.contPtes, v.ptePfn(pte)));
    if (shape !== model.shape) {
      return `${p.name} and ${model.name} are in one contiguous block and differ: ${describePte(w.arch, pte)}`;
    }
  }
  return null;
}
