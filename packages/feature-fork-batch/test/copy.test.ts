import type { PteWord } from '@racewalk/core';

import { type Frame, Machine, runAlone, World, wordEntries } from '@racewalk/machine';
import { GUP_PIN_COUNTING_BIAS, linux, PageFlag } from '@racewalk/mm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { oneAtATime } from '../src/agents/fork.js';
import { areas, type Fork, setAside } from '../src/setup.js';
import { flat } from './toy.js';

const v = flat.values;

/** What one page of the parent looks like: nothing, or a page of one of two folios. */
interface Page {
  readonly folio: number;
  readonly index: number;
  readonly write: boolean;
  readonly dirty: boolean;
  readonly young: boolean;
}

const page: fc.Arbitrary<Page | null> = fc.option(
  fc.record({
    folio: fc.nat(1),
    index: fc.nat(3),
    write: fc.boolean(),
    dirty: fc.boolean(),
    young: fc.boolean(),
  }),
  { freq: 6 },
);

/** Runs of pages in order are what batches are made of; any order is allowed all the same. */
const parent = fc
  .array(fc.tuple(fc.nat(3), page), { minLength: 1, maxLength: 8 })
  .map((parts) =>
    parts.flatMap(([run, first]) =>
      Array.from({ length: run + 1 }, (_, i) =>
        first === null ? null : { ...first, index: (first.index + i) % 4 },
      ),
    ),
  )
  .map((pages) => pages.slice(0, 8));

/** Fork a process with these pages, nobody else running. */
function forked(pages: readonly (Page | null)[], single = false, pinned = false) {
  const w = new World(flat, { block: 4 }, [], ['RMAP']);
  linux(w);
  if (single) oneAtATime(w);
  const { parent, child, rss } = areas(w, pages.length);
  const used = (f: number) => pages.filter((p) => p?.folio === f).length;
  const folios = [0, 1].map((f) =>
    linux(w).folio({
      pages: 4,
      contents: [1, 2, 3, 4].map((c) => c + 4 * f),
      mapcount: used(f),
      refcount: used(f) + (pinned ? GUP_PIN_COUNTING_BIAS : 0),
      frameFlags: PageFlag.ANON | PageFlag.EXCLUSIVE,
    }),
  );
  for (const [at, p] of pages.entries()) {
    if (p === null) continue;
    const { write, dirty, young } = p;
    linux(w).mapFolio(parent, folios[p.folio]!, { at, from: p.index, pages: 1, write, dirty, young });
  }
  if (pinned) w.cells.setInitial(parent.mm.hasPinned, 1);
  const s: Fork = { parent, child, rss, folio: folios[0]! };
  setAside(w, { 0: pinned ? 8 : 0 });
  w.seal();
  const { memory, steps } = runAlone(w.cells.cells, () =>
    new Machine(w, 0, wordEntries(w)).k.dupMmap(child, parent),
  );
  const entries = (vma: typeof parent): PteWord[] =>
    vma.table.entries.map((ptep) => w.entryIn((cell) => memory[cell] ?? 0, ptep));
  const at = (cell: number) => memory[cell] ?? 0;
  return { w, s, folios, steps, at, parent: entries(parent), child: entries(child) };
}

const frameOf = (w: World, pte: PteWord): Frame => w.frames.at(v.ptePfn(pte))!;

describe('copyPageRange', () => {
  it('gives the child the frames of the parent, old, and nobody may write any more', () => {
    fc.assert(
      fc.property(parent, fc.boolean(), (pages, oneAtATime) => {
        const r = forked(pages, oneAtATime);
        for (const [i, p] of pages.entries()) {
          const [mine, theirs] = [r.parent[i]!, r.child[i]!];
          expect(v.ptePresent(theirs)).toBe(p !== null);
          if (p === null) continue;
          expect(v.ptePfn(theirs)).toBe(v.ptePfn(mine));
          expect([v.pteWrite(mine), v.pteWrite(theirs), v.pteYoung(theirs)]).toEqual([false, false, false]);
          expect([v.pteDirty(mine), v.pteDirty(theirs), v.pteYoung(mine)]).toEqual([
            p.dirty,
            p.dirty,
            p.young,
          ]);
          expect(r.at(frameOf(r.w, mine).cell) & PageFlag.EXCLUSIVE).toBe(0);
        }
      }),
    );
  });

  it('counts every mapping and every reference, in batches and without', () => {
    fc.assert(
      fc.property(parent, fc.boolean(), (pages, oneAtATime) => {
        const r = forked(pages, oneAtATime);
        const mapped = pages.filter((p) => p !== null).length;
        expect(r.at(r.s.rss)).toBe(mapped);
        for (const [f, folio] of r.folios.entries()) {
          const twice = 2 * pages.filter((p) => p?.folio === f).length;
          expect([r.at(folio.mapcount), r.at(folio.refcount)]).toEqual([twice, twice]);
        }
      }),
    );
  });

  it('never changes more counters in batches', () => {
    const counters = (r: ReturnType<typeof forked>) =>
      r.steps.filter(({ op }) => /^folio_(ref_add|add_rmap)/.test(op.label)).length;
    fc.assert(
      fc.property(parent, (pages) => {
        const single = counters(forked(pages, true));
        expect(counters(forked(pages))).toBeLessThanOrEqual(single);
        expect(single).toBe(2 * pages.filter((p) => p !== null).length);
      }),
    );
  });

  it('copies what may be pinned, and leaves it to the parent', () => {
    fc.assert(
      fc.property(parent, (pages) => {
        const r = forked(pages, false, true);
        for (const [i, p] of pages.entries()) {
          if (p === null) continue;
          const [mine, theirs] = [r.parent[i]!, r.child[i]!];
          expect(v.ptePfn(theirs)).not.toBe(v.ptePfn(mine));
          expect([v.pteWrite(mine), v.pteWrite(theirs)]).toEqual([p.write, true]);
          expect(r.at(frameOf(r.w, theirs).data)).toBe(r.at(frameOf(r.w, mine).data));
          expect(r.at(frameOf(r.w, mine).cell) & PageFlag.EXCLUSIVE).not.toBe(0);
        }
      }),
    );
  });

  it('leaves the sequence count even, and every lock free', () => {
    const r = forked([{ folio: 0, index: 0, write: true, dirty: true, young: true }]);
    expect(r.at(r.s.parent.mm.writeProtectSeq)).toBe(2);
    expect(r.w.cells.locks.map(r.at)).toEqual(r.w.cells.locks.map(() => 0));
  });
});
