import type { Ptep, PteWord, Vma, Vpn } from '@racewalk/core';
import { ptepOf } from '@racewalk/core';
import type { Cell } from '@racewalk/core/step';
import type { Frame } from '../world/frames.js';
import type { ObserverOf } from '../world/types.js';
import type { UseEvent } from './observer.js';

/**
 * COH: agents ordered by user-level synchronisation see one frame behind one address. User code synchronises through
 * memory: who loads from a frame knows what whoever stored there before knew. Once a CPU has used a newer frame of a page,
 * or knows of somebody who has, it does not reach an older one through the same page.
 *
 * The frames that a page has had one after the other are counted. Ghost words say when a page last got a frame (`got`),
 * the newest count a CPU has used or knows of (`knows`), and the newest count that stores to a frame tell (`told`).
 */
export const coh: ObserverOf = (w) => {
  /** Per entry: how many different frames it has had, and the last of them. */
  const counts = new Map<Ptep, { readonly count: Cell; readonly last: Cell }>();
  const got = new Map<Ptep, Map<Frame, Cell>>();
  const told = new Map<Frame, Map<Ptep, Cell>>();
  const knows = new Map<number, Map<Ptep, Cell>>();
  const pages: Ptep[] = [];

  const frameOf = (pte: PteWord): Frame | undefined =>
    w.arch.values.ptePresent(pte) ? w.frames.at(w.arch.values.ptePfn(pte)) : undefined;
  const cellsFor = ({ cpu, frame, vma, vpn }: UseEvent): Cell[] => {
    const mine = knows.get(cpu);
    const theirs = told.get(frame);
    if (mine === undefined || theirs === undefined) return [];
    const made = got.get(pageOf(vma, vpn))?.get(frame);
    return [...mine.values(), ...theirs.values(), ...(made === undefined ? [] : [made])];
  };
  const pageOf = (vma: Vma, vpn: Vpn): Ptep => ptepOf(vma, vpn);

  return {
    code: 'COH',
    idle: () => (w.cpus.length === 0 ? 'no CPU has a TLB' : null),
    prepare() {
      for (const vma of w.vmas) pages.push(...vma.table.entries);
      for (const page of pages) {
        const initial = frameOf(w.entryIn((c) => w.cells.cells[c]?.initial ?? 0, page));
        const last = w.ghost(`last frame of ${page.name}`, initial?.pfn ?? 0);
        counts.set(page, { count: w.ghost(`frames of ${page.name}`), last });
        const each = w.frames.all.map((f) => [f, w.ghost(`${page.name} got ${f.name}`)] as const);
        got.set(page, new Map(each));
      }
      for (const frame of w.frames.all) {
        told.set(frame, new Map(pages.map((p) => [p, w.ghost(`${frame.name} tells of ${p.name}`)])));
      }
      for (const cpu of w.cpus) {
        knows.set(cpu, new Map(pages.map((p) => [p, w.ghost(`cpu${cpu} knows of ${p.name}`)])));
      }
    },
    entryCells(ptep) {
      const own = counts.get(ptep);
      return own === undefined ? [] : [own.count, own.last, ...(got.get(ptep)?.values() ?? [])];
    },
    entryWrite(s, ptep, _old, now) {
      const own = counts.get(ptep);
      const frame = frameOf(now);
      const made = frame === undefined ? undefined : got.get(ptep)?.get(frame);
      if (own === undefined || frame === undefined || made === undefined) return;
      if (s.get(own.last) === frame.pfn) return;
      s.set(own.last, frame.pfn);
      s.set(own.count, s.get(own.count) + 1);
      s.set(made, s.get(own.count));
    },
    useCells: cellsFor,
    use(s, event, faults) {
      const { cpu, frame, vma, vpn, access } = event;
      const [mine, theirs] = [knows.get(cpu), told.get(frame)];
      if (mine === undefined || theirs === undefined) return;
      const page = pageOf(vma, vpn);
      const made = got.get(page)?.get(frame);
      const known = mine.get(page);
      if (made !== undefined && known !== undefined) {
        if (s.get(made) < s.get(known)) {
          faults.fail(
            'COH',
            `cpu${cpu} reaches ${frame.name} through ${page.name}, and knows of a newer frame there`,
          );
        } else s.set(known, s.get(made));
      }
      for (const p of pages) {
        const [from, to] = access === 'load' ? [theirs.get(p), mine.get(p)] : [mine.get(p), theirs.get(p)];
        if (from !== undefined && to !== undefined && s.get(from) > s.get(to)) s.set(to, s.get(from));
      }
    },
  };
};
