import { type Ptep, type PteWord, pteById } from '@racewalk/core';
import type { Cell } from '@racewalk/core/step';
import { describeEntry } from '../entries/leaf-walk.js';
import type { World } from '../world/types.js';
import type { StepView } from './observer.js';

/**
 * What software has stored to entries last, in the order in which the stores were issued. Where stores wait before they reach
 * memory, an observer is told of a store when it is issued, and memory still holds something older then. A rule about
 * changes of an entry ("never from this to that") is judged by this order: it is that of the program and of the locks.
 */
export interface Issued {
  /** Words that say it: one for each entry; the entry itself where every store acts at once. */
  cells(ptep: Ptep): readonly Cell[];
  /** The newest value. */
  value(s: StepView, ptep: Ptep): PteWord;
  /** Note a store; returns the value before it. `old` is what memory held, if the store acts at once. */
  store(s: StepView, ptep: Ptep, old: PteWord | null, now: PteWord): PteWord | null;
}

/** Every store acts at once: memory says it. */
const IN_MEMORY: Issued = {
  cells: (ptep) => [ptep.cell],
  value: (s, ptep) => pteById(s.get(ptep.cell)),
  store: (_s, _ptep, old) => old,
};

/** The words for `entries`, which are whole words; call it once the initial values are set. */
export function issuedStores(w: World, entries: Iterable<Ptep>): Issued {
  if (w.arch.memory === 'sc') return IN_MEMORY;
  const words = new Map<Ptep, Cell>();
  for (const ptep of entries) {
    const { level } = ptep.table;
    const initial = w.cells.cells[ptep.cell]?.initial ?? 0;
    const show = (id: number) => describeEntry(w.arch, level, pteById(id));
    words.set(ptep, w.ghost(`issued ${ptep.name}`, initial, show));
  }
  return {
    cells(ptep) {
      const word = words.get(ptep);
      return word === undefined ? [] : [word];
    },
    value: (s, ptep) => pteById(s.get(words.get(ptep) ?? ptep.cell)),
    store(s, ptep, old, now) {
      const word = words.get(ptep);
      if (word === undefined) return old;
      const before = pteById(s.get(word));
      s.set(word, now.id);
      return before;
    },
  };
}
