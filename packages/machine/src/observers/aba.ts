import { type Ptep, type PteWord, pteById } from '@racewalk/core';
import type { Cell } from '@racewalk/core/step';
import { describePte } from '../entries/describe.js';
import type { ObserverOf } from '../world/types.js';

/**
 * ABA: no equality re-check passes on a recycled value. A re-check is a second read of an entry by the same agent, in the
 * same call of a kernel function, or an exchange that compares: it passes if the value is what the agent read before.
 * The value is recycled if the entry had another one in between, or if the frame it maps was freed.
 *
 * Ghost words per entry: the last value that meant something (not empty), and how often it was replaced or its frame
 * freed. Per agent and entry: that number when the agent last read the entry.
 */
export const aba: ObserverOf = (w) => {
  const v = w.arch.values;
  const ages = new Map<Ptep, { readonly last: Cell; readonly age: Cell }>();
  const reads = new Map<string, Map<Ptep, Cell>>();
  const identity = (pte: PteWord): PteWord =>
    v.ptePresent(pte) ? v.pteMkclean(v.pteMkold(v.pteMknoncont(pte))) : pte;

  return {
    code: 'ABA',
    idle: () => (w.tables.length === 0 ? 'there is no page table' : null),
    prepare() {
      for (const { entries } of w.tables) {
        for (const ptep of entries) {
          const initial = identity(w.entryIn((c) => w.cells.cells[c]?.initial ?? 0, ptep)).id;
          const last = w.ghost(`last value of ${ptep.name}`, initial);
          ages.set(ptep, { last, age: w.ghost(`age of ${ptep.name}`) });
        }
      }
      for (const agent of w.contexts.agents) {
        const own = [...ages.keys()].map((p) => [p, w.ghost(`${agent} read ${p.name}`, -1)] as const);
        reads.set(agent, new Map(own));
      }
    },
    entryCells(ptep) {
      const own = ages.get(ptep);
      return own === undefined ? [] : [own.last, own.age];
    },
    entryWrite(s, ptep, _old, now) {
      const own = ages.get(ptep);
      const is = identity(now).id;
      if (own === undefined || v.pteNone(now) || s.get(own.last) === is) return;
      s.set(own.last, is);
      s.set(own.age, s.get(own.age) + 1);
    },
    freeCells: () => [...ages.values()].flatMap(({ last, age }) => [last, age]),
    free(s, frame) {
      for (const { last, age } of ages.values()) {
        const was = pteById(s.get(last));
        if (v.ptePresent(was) && v.ptePfn(was) === frame.pfn) s.set(age, s.get(age) + 1);
      }
    },
    readCells(agent, ptep) {
      const own = ages.get(ptep);
      const read = reads.get(agent)?.get(ptep);
      return own === undefined || read === undefined ? [] : [own.last, own.age, read];
    },
    read(s, { agent, ptep, phase }, faults) {
      const own = ages.get(ptep);
      const read = reads.get(agent)?.get(ptep);
      if (own === undefined || read === undefined) return;
      if (phase === 'read') return s.set(read, s.get(own.age));
      const now = w.entryIn((cell) => s.get(cell), ptep);
      // A store that is only announced has not replaced anything yet.
      const back = !v.pteNone(now) && identity(now).id === s.get(own.last);
      if (!back || s.get(read) < 0 || s.get(read) === s.get(own.age)) return;
      const found = `finds "${describePte(w.arch, now)}" in ${ptep.name} again`;
      faults.fail('ABA', `${agent} ${found}, and it was replaced in between`);
    },
  };
};
