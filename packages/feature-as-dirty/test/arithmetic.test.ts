/** Bitmap, clipping and counts of the helpers against a plain model. */
import { addrOf, type Ptep, pteById, vpnOf } from '@racewalk/core';

import { Machine, runAlone, wordEntries } from '@racewalk/machine';
import { bitIsSet } from '@racewalk/mm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bitFor } from '../src/ops/clean.js';
import { clipToVma, filterVma, flagsOf } from '../src/ops/clip.js';
import { type AreaState, areas, concerned, FILE_PAGES, range, worldOf } from './model.js';
import { toy } from './toy.js';

const v = toy.values;

/** What was invalidated: area by area, first and last page, in the order in which it was done. */
const flushes = (labels: readonly string[]) => labels.filter((label) => label.startsWith('tlbi '));

/** The label of an invalidation from the first to the last entry changed in an area, if any was. */
function flushOf(name: string, changed: readonly number[]): string[] {
  const [from, to] = [Math.min(...changed), Math.max(...changed)];
  if (changed.length === 0) return [];
  return [`tlbi ${name}[${from === to ? from : `${from}..${to}`}]`];
}

/** The areas in the order of the interval tree, with the entries that satisfy `test`. */
function byArea(states: readonly AreaState[], touched: readonly { area: number; index: number }[]) {
  const order = states.map((state, area) => ({
    area,
    first: state.pgoff,
    last: state.pgoff + state.entries.length,
  }));
  order.sort((a, b) => a.first - b.first || a.last - b.last);
  return order.map(({ area }) => ({
    area,
    changed: touched.filter((t) => t.area === area).map((t) => t.index),
  }));
}

describe('clipToVma', () => {
  it('gives the addresses of exactly those pages that the area maps and the range asks for', () => {
    fc.assert(
      fc.property(areas, range, (states, { first, nr }) => {
        const { vmas } = worldOf(states);
        for (const vma of vmas) {
          const wanted: number[] = [];
          for (let page = first; page < first + nr; page++) {
            const vpn = vma.start + page - vma.pgoff;
            if (vpn >= vma.start && vpn < vma.end) wanted.push(vpn);
          }
          const clip = clipToVma(vma, first, nr);
          const got: number[] = [];
          if (clip !== null) for (let a = clip.start; a < clip.end; a += addrOf(1)) got.push(vpnOf(a));
          expect(got).toEqual(wanted);
          if (wanted.length === 0) expect(clip).toBeNull();
        }
      }),
    );
  });

  it('turns addresses back into page offsets by bitFor', () => {
    fc.assert(
      fc.property(areas, range, (states, { first, nr, bitmapPgoff }) => {
        for (const vma of worldOf(states).vmas) {
          const clip = clipToVma(vma, first, nr);
          if (clip === null) continue;
          expect(bitFor(vma, clip.start, bitmapPgoff)).toBe(Math.max(first, vma.pgoff) - bitmapPgoff);
        }
      }),
    );
  });
});

describe('filterVma', () => {
  it.each([true, false])(
    'skips what is private or read-only, whatever else it is (shared and writable: %s)',
    (both) => {
      for (const io of [true, false]) {
        for (const hugetlb of [true, false]) {
          const wanted = both ? (io && !hugetlb ? 'apply' : 'warn') : 'skip';
          expect(filterVma({ shared: both, write: true, io, hugetlb })).toBe(wanted);
          expect(filterVma({ shared: true, write: both, io, hugetlb })).toBe(wanted);
        }
      }
      expect(filterVma({ shared: true, write: true })).toBe('warn');
    },
  );
});

describe('applyAsWrprotect', () => {
  it('protects, counts and invalidates what the plain model says', () => {
    fc.assert(
      fc.property(areas, range, (states, { first, nr }) => {
        const { w, mapping, vmas } = worldOf(states);
        const m = new Machine(w, 0, wordEntries(w));
        const { value, memory, steps } = runAlone(w.cells.cells, () =>
          m.k.applyAsWrprotect(mapping, first, nr),
        );
        const touched = [...concerned(states, first, nr)].filter((c) => c.entry.write);
        expect(value).toBe(touched.length);
        for (const [area, state] of states.entries()) {
          state.entries.forEach((entry, index) => {
            const ptep = vmas[area]?.table.entries[index] as Ptep;
            const now = pteById(memory[ptep.cell] ?? 0);
            const hit = touched.some((t) => t.area === area && t.index === index);
            expect(v.pteWrite(now)).toBe(entry.write && !hit);
            expect(v.pteDirty(now)).toBe(entry.dirty);
          });
        }
        const wanted = byArea(states, touched).flatMap(({ area, changed }) =>
          flushOf(vmas[area]?.table.name ?? '', changed),
        );
        expect(flushes(steps.map((s) => s.op.label))).toEqual(wanted);
      }),
    );
  });
});

describe('applyAsClean', () => {
  it('cleans, records, counts and invalidates what the plain model says', () => {
    const refs = fc.record({ start: fc.nat(FILE_PAGES), end: fc.nat(FILE_PAGES) });
    fc.assert(
      fc.property(areas, range, refs, (states, { first, nr, bitmapPgoff }, given) => {
        const { w, mapping, bitmap, vmas } = worldOf(states);
        const m = new Machine(w, 0, wordEntries(w));
        const [start, end] = [{ value: given.start }, { value: given.end }];
        const { value, memory, steps } = runAlone(w.cells.cells, () =>
          m.k.applyAsClean(mapping, first, nr, bitmapPgoff, bitmap, start, end),
        );
        const touched = [...concerned(states, first, nr)].filter((c) => c.entry.dirty);
        expect(value).toBe(touched.length);
        const bits = new Set(touched.map((t) => t.page - bitmapPgoff));
        for (let nrBit = 0; nrBit < bitmap.nbits; nrBit++) {
          expect(bitIsSet((cell) => memory[cell] ?? 0, nrBit, bitmap)).toBe(bits.has(nrBit));
        }
        for (const [area, state] of states.entries()) {
          state.entries.forEach((entry, index) => {
            const ptep = vmas[area]?.table.entries[index] as Ptep;
            const now = pteById(memory[ptep.cell] ?? 0);
            const hit = touched.some((t) => t.area === area && t.index === index);
            expect(v.pteDirty(now)).toBe(entry.dirty && !hit);
            expect(v.pteWrite(now)).toBe(entry.write);
          });
        }
        const wanted = byArea(states, touched).flatMap(({ area, changed }) =>
          flushOf(vmas[area]?.table.name ?? '', changed),
        );
        expect(flushes(steps.map((s) => s.op.label))).toEqual(wanted);

        const warnings = steps.filter((s) => s.op.label.startsWith('WARN_ON')).map((s) => s.op.label);
        expect(warnings.filter((label) => label.includes('failed'))).toEqual([]);
        const warned = vmas.filter((vma) =>
          m.k.vmaIntervalTreeForeach(mapping, first, first + nr - 1).includes(vma),
        );
        expect(warnings).toHaveLength(warned.filter((vma) => filterVma(flagsOf(vma)) === 'warn').length);

        const before = given.start < given.end ? [given] : [];
        const starts = [...before.map((b) => b.start), ...bits, ...(before.length === 0 ? [nr] : [])];
        const ends = [...before.map((b) => b.end), ...[...bits].map((b) => b + 1), 0];
        expect(start.value).toBe(Math.min(...starts));
        expect(end.value).toBe(Math.max(...ends));
      }),
    );
  });

  it('says exactly where the bits are if the bitmap begins with the range, and encloses them otherwise', () => {
    fc.assert(
      fc.property(areas, range, (states, { first, nr, bitmapPgoff }) => {
        for (const begins of [first, bitmapPgoff]) {
          const { w, mapping, bitmap } = worldOf(states);
          const m = new Machine(w, 0, wordEntries(w));
          const [start, end] = [{ value: 0 }, { value: 0 }];
          const { memory } = runAlone(w.cells.cells, () =>
            m.k.applyAsClean(mapping, first, nr, begins, bitmap, start, end),
          );
          const bits: number[] = [];
          for (let b = 0; b < bitmap.nbits; b++) {
            if (bitIsSet((cell) => memory[cell] ?? 0, b, bitmap)) bits.push(b);
          }
          if (bits.length === 0) {
            expect([start.value, end.value]).toEqual([nr, 0]);
            continue;
          }
          expect(end.value).toBe(Math.max(...bits) + 1);
          if (begins === first) expect(start.value).toBe(Math.min(...bits));
          else expect(start.value).toBe(Math.min(nr, ...bits));
        }
      }),
    );
  });

  it('counts more entries than pages where areas overlap', () => {
    const area: AreaState = {
      pgoff: 0,
      entries: [{ write: true, dirty: true }],
      shared: true,
      writable: true,
      io: true,
      hugetlb: false,
    };
    const { w, mapping, bitmap } = worldOf([area, area, area]);
    const m = new Machine(w, 0, wordEntries(w));
    const [start, end] = [{ value: 0 }, { value: 0 }];
    const run = () => m.k.applyAsClean(mapping, 0, 1, 0, bitmap, start, end);
    expect(runAlone(w.cells.cells, run).value).toBe(3);
  });
});
