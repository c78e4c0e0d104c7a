import { type Ptep, type PteWord, pteById } from '@racewalk/core';
import type { Cell } from '@racewalk/core/step';
import { describePte } from '../entries/describe.js';
import type { ObserverOf } from '../world/types.js';
import { Seen } from './seen.js';

/** Sets of word ids, each with a number, so that a ghost word can hold one. */
class Sets {
  readonly #members: (readonly number[])[] = [[]];
  readonly #numbers = new Map<string, number>([['', 0]]);
  /** For each set, by one member more: the number of the set with it. Steps look here. */
  readonly #grown: Map<number, number>[] = [new Map()];

  /** What is in a set. */
  membersOf(set: number): readonly number[] {
    return this.#members[set] ?? [];
  }

  /** The number of the set that has one member more. */
  with(set: number, id: number): number {
    return this.#grown[set]?.get(id) ?? this.#grow(set, id);
  }

  #grow(set: number, id: number): number {
    const members = this.membersOf(set);
    const grown = members.includes(id) ? members : [...members, id].sort((a, b) => a - b);
    const key = grown.join();
    let number = this.#numbers.get(key);
    if (number === undefined) {
      number = this.#members.push(grown) - 1;
      this.#grown.push(new Map());
      this.#numbers.set(key, number);
    }
    this.#grown[set]?.set(id, number);
    return number;
  }
}

/**
 * TORN: the frame and permissions a lockless reader obtained stood together in the entry at some time,
 * and a dirty or young state it reports was that of the same mapping, not of what came before or after.
 */
export const torn: ObserverOf = (w) => {
  const v = w.arch.values;
  const seen = new Seen(w);
  const sets = new Sets();
  /** Ghost word per entry: the set of values software stored there. */
  const stored = new Map<Ptep, Cell>();

  /** The facts of an entry that the hardware does not change. The mark of soft-dirty follows dirty where a block is put together. */
  const identity = (pte: PteWord): PteWord =>
    v.ptePresent(pte) ? v.pteClearSoftDirty(v.pteMkclean(v.pteMkold(v.pteMknoncont(pte)))) : pte;

  const watchedCells = (ptep: Ptep): readonly Cell[] => {
    const cell = stored.get(ptep);
    return cell === undefined ? [] : [cell, ...seen.cells];
  };

  return {
    code: 'TORN',
    idle: () => (w.tables.length === 0 ? 'there is no page table' : null),
    prepare() {
      seen.prepare();
      const show = (set: number) => `${sets.membersOf(set).length} values`;
      for (const table of [...w.tables, ...w.pmds.followed]) {
        for (const ptep of table.entries) {
          const initial = w.entryIn((c) => w.cells.cells[c]?.initial ?? 0, ptep);
          stored.set(ptep, w.ghost(`stored ${ptep.name}`, sets.with(0, identity(initial).id), show));
        }
      }
    },
    entryCells: watchedCells,
    entryWrite(s, ptep, _old, now) {
      const cell = stored.get(ptep);
      if (cell === undefined) return;
      s.set(cell, sets.with(s.get(cell), identity(now).id));
      seen.note(s, now);
    },
    hardwareCells: () => seen.cells,
    hardwareUpdate: (s, _ptep, now) => seen.note(s, now),
    obtainedCells: watchedCells,
    obtained(s, ptep, value, faults) {
      const cell = stored.get(ptep);
      if (cell === undefined) return;
      const members = sets.membersOf(s.get(cell));
      const read = `${ptep.name} read as "${describePte(w.arch, value)}"`;
      if (!members.includes(identity(value).id)) {
        const known = members.map((id) => describePte(w.arch, pteById(id))).join('; ');
        faults.fail('TORN', `${read}, only ever stored: ${known}`);
        return;
      }
      const invented = v.ptePresent(value) ? seen.never(s, value) : null;
      if (invented !== null)
        faults.fail('TORN', `${read}, but no entry of that mapping was ever ${invented}`);
    },
  };
};
