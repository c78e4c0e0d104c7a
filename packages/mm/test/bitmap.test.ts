import type { Step } from '@racewalk/core/step';
import {
  copyOut,
  FrameFlag,
  intrudeAt,
  Machine,
  runAlone,
  UserCpu,
  World,
  wordEntries,
} from '@racewalk/machine';
import { bitIsSet, bitmapRecord, linux, makeBitmap, PageFlag } from '@racewalk/mm';
import { exchangeToy as toyArch } from '@racewalk/toys';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

function world() {
  const w = new World(toyArch(), { block: 4 }, [1], ['DIRTY']);
  linux(w);
  return w;
}

const kernel = (w: World) => new Machine(w, 0, wordEntries(w)).k;

describe('bitmaps', () => {
  it('set, test and clear exactly the bits they are told, in words of 32', () => {
    const step = fc.record({ nr: fc.nat(69), what: fc.constantFrom('set', '__set', 'clear') });
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const w = world();
        const bitmap = makeBitmap(w, 'bitmap', 70);
        expect(bitmap.words).toHaveLength(3);
        const k = kernel(w);
        const model = new Set<number>();
        const { memory } = runAlone(w.cells.cells, function* (): Step<void> {
          for (const { nr, what } of steps) {
            if (what === 'set') yield* k.setBit(nr, bitmap);
            else if (what === '__set') yield* k.__setBit(nr, bitmap);
            else expect(yield* k.testAndClearBit(nr, bitmap)).toBe(model.delete(nr));
            if (what !== 'clear') model.add(nr);
          }
        });
        for (let nr = 0; nr < 70; nr++) {
          expect(bitIsSet((cell) => memory[cell] ?? 0, nr, bitmap)).toBe(model.has(nr));
        }
      }),
    );
  });

  it('as a record of what was stored are looked at word by word, and know nothing of frames without a bit', () => {
    const w = world();
    const bitmap = makeBitmap(w, 'bitmap', 40);
    const [frame] = linux(w).folio({ pages: 1 }).frames;
    const look = (nr: number) => {
      const record = bitmapRecord(bitmap, () => nr);
      expect(record.cellsFor(frame!)).toEqual(bitmap.words);
      const get = (cell: number): number => (cell === bitmap.words[1] ? 1 << 3 : 0);
      return record.knows({ get } as never, frame!);
    };
    expect([look(35), look(34), look(3), look(-1)]).toEqual([true, false, false, false]);
  });

  it('lose a bit of somebody who sets one between the load and the store of __set_bit', () => {
    const w = world();
    const bitmap = makeBitmap(w, 'bitmap', 2);
    const k = kernel(w);
    const { memory } = runAlone(w.cells.cells, () =>
      intrudeAt(k.__setBit(0, bitmap), 1, () => k.setBit(1, bitmap)),
    );
    const set = [0, 1].filter((nr) => bitIsSet((cell) => memory[cell] ?? 0, nr, bitmap));
    expect(set).toEqual([0]);
  });

  it('refuse bits they do not have', () => {
    const bitmap = makeBitmap(world(), 'bitmap', 4);
    for (const nr of [-1, 4, 0.5]) expect(() => bitIsSet(() => 0, nr, bitmap)).toThrow(/bits 0 … 3/);
  });
});

describe('DIRTY and records', () => {
  /** One page, stored to and then made clean; with a record, or copied out. */
  function forgets(before: (s: ReturnType<typeof setup>) => Step<void>): readonly string[] {
    const s = setup();
    const stored = runAlone(s.w.cells.cells, () =>
      new UserCpu(new Machine(s.w, 1, s.entries), s.vma).store(0),
    );
    const clean = Int32Array.from(stored.memory);
    const ptep = s.vma.table.entries[0];
    if (ptep !== undefined) clean[ptep.cell] = s.w.cells.cells[ptep.cell]?.initial ?? 0;
    const { memory } = runAlone(s.w.cells.cells, () => before(s), { memory: clean });
    const found: string[] = [];
    const view = { get: (cell: number) => memory[cell] ?? 0, set: () => undefined };
    for (const o of s.w.observers) o.end?.(view, { fail: (code) => void found.push(code) });
    return found;
  }
  function setup() {
    const w = world();
    const vma = w.vma({ pages: 1 });
    const folio = linux(w).folio({ pages: 1 });
    linux(w).mapFolio(vma, folio);
    const bitmap = makeBitmap(w, 'bitmap', 1);
    w.dirtyRecords.push(bitmapRecord(bitmap, (frame) => (frame.folio === folio ? frame.index : -1)));
    w.seal();
    return { w, vma, folio, bitmap, entries: wordEntries(w) };
  }

  it('a record that knows of a store is enough, and so is a copy', () => {
    expect(forgets(function* () {})).toEqual(['DIRTY']);
    expect(forgets((s) => kernel(s.w).setBit(0, s.bitmap))).toEqual([]);
    expect(
      forgets(function* (s) {
        const [frame] = s.folio.frames;
        if (frame !== undefined) yield* copyOut(frame);
      }),
    ).toEqual([]);
  });

  it('copying answers what the frame holds, and ends only the ghost of the store', () => {
    const w = world();
    const folio = linux(w).folio({ pages: 1, contents: [7], frameFlags: FrameFlag.WRITTEN | PageFlag.DIRTY });
    const [frame] = folio.frames;
    if (frame === undefined) throw new Error('no frame');
    const { value, memory } = runAlone(w.cells.cells, () => copyOut(frame));
    expect(value).toBe(7);
    expect(memory[frame.cell]).toBe(PageFlag.DIRTY);
  });
});
