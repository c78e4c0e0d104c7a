import { describePte, type Ptep, type PteWord, pteById } from '@racewalk/core';
import type { Cell } from '@racewalk/core/step';
import type { World } from '../world/world.js';
import type { Observer } from './observer.js';
import { neverSeen, noteSeen, prepareSeen, seenCells } from './seen.js';

/** Ghost word per entry: the set of values software stored there, as the index of an interned set. */
const cellsOf = new WeakMap<World, Map<Ptep, Cell>>();

/** Interned sorted sets of word ids. */
const sets: number[][] = [[]];
const indexOfSet = new Map<string, number>([['', 0]]);

function withMember(set: number, id: number): number {
  const members = sets[set] ?? [];
  if (members.includes(id)) return set;
  const grown = [...members, id].sort((a, b) => a - b);
  const key = grown.join();
  let index = indexOfSet.get(key);
  if (index === undefined) {
    index = sets.length;
    sets.push(grown);
    indexOfSet.set(key, index);
  }
  return index;
}

/** The facts of an entry that the hardware does not change. */
function identity(w: World, pte: PteWord): PteWord {
  const v = w.arch.values;
  return v.ptePresent(pte) ? v.pteMkclean(v.pteMkold(v.pteMknoncont(pte))) : pte;
}

/**
 * TORN: the frame and permissions a lockless reader obtained stood together in the entry at some time,
 * and a dirty or young state it reports was that of the same mapping, not of what came before or after.
 */
export const torn: Observer = {
  code: 'TORN',
  prepare(w) {
    prepareSeen(w);
    const cells = new Map<Ptep, Cell>();
    for (const table of w.tables) {
      for (const ptep of table.entries) {
        const initial = w.entryIn((c) => w.cells.cells[c]?.initial ?? 0, ptep);
        const stored = withMember(0, identity(w, initial).id);
        cells.set(
          ptep,
          w.ghost(`stored ${ptep.name}`, stored, (set) => `${(sets[set] ?? []).length} values`),
        );
      }
    }
    cellsOf.set(w, cells);
  },
  entryCells: (w, ptep) => watchedCells(w, ptep),
  entryWrite(w, s, ptep, _old, now) {
    const cell = cellsOf.get(w)?.get(ptep);
    if (cell !== undefined) s.set(cell, withMember(s.get(cell), identity(w, now).id));
    noteSeen(w, s, now);
  },
  hardwareCells: (w) => seenCells(w),
  hardwareUpdate: (w, s, _ptep, now) => noteSeen(w, s, now),
  obtainedCells: (w, ptep) => watchedCells(w, ptep),
  obtained(w, s, ptep, value, faults) {
    const cell = cellsOf.get(w)?.get(ptep);
    if (cell === undefined) return;
    const members = sets[s.get(cell)] ?? [];
    const read = `${ptep.name} read as "${describePte(w.arch, value)}"`;
    if (!members.includes(identity(w, value).id)) {
      const stored = members.map((id) => describePte(w.arch, pteById(id))).join('; ');
      faults.fail('TORN', `${read}, only ever stored: ${stored}`);
      return;
    }
    const invented = w.arch.values.ptePresent(value) ? neverSeen(w, s, value) : null;
    if (invented !== null) faults.fail('TORN', `${read}, but no entry of that mapping was ever ${invented}`);
  },
};

function watchedCells(w: World, ptep: Ptep): readonly Cell[] {
  const cell = cellsOf.get(w)?.get(ptep);
  return cell === undefined ? [] : [cell, ...seenCells(w)];
}
