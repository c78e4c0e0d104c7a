import { pteOr } from '@racewalk/core';
import { describe, expect, test } from 'vitest';
import { PTE } from '../src/layout.js';
import { bench } from './bench.js';

type Bench = ReturnType<typeof bench>;
/** The hardware updates one entry of the block. */
const hardware = (b: Bench, i: number, dirty = true) => {
  const result = b.w.arch.walker.walk(b.entry(i), dirty ? 'store' : 'load');
  if (result.ok) b.run(() => b.m.entries.writeOnce(b.p(i), result.entry, 'hardware'));
};

describe('ptep_get', () => {
  test.each([0, 1, 2, 3])('sees what the hardware recorded in entry %i', (i) => {
    const b = bench({ write: true, folded: true });
    hardware(b, i);
    for (const k of [0, 1, 2, 3]) {
      for (const op of ['ptepGet', 'ptepGetLockless'] as const) {
        const pte = b.run(() => b.m.pte[op](b.p(k)));
        expect([b.m.v.pteDirty(pte), b.m.v.pteYoung(pte), b.m.v.ptePfn(pte)]).toEqual([true, true, 0x40 + k]);
      }
    }
  });

  test('of a single entry does not look at its neighbours', () => {
    const b = bench({ write: true });
    hardware(b, 1);
    expect(b.labels(() => b.m.pte.ptepGet(b.p(0)))).toEqual(['ptep_get pte[0]']);
    expect(b.labels(() => b.m.pte.ptepGetLockless(b.p(0)))).toEqual(['ptep_get_lockless pte[0]']);
  });

  test('does not take the bits of a marker for flags', () => {
    const b = bench({ write: true, folded: true });
    b.run(() => b.m.pte.ptepGetAndClearFull(b.vma.mm, b.a(0), b.p(0), true));
    b.run(() => b.m.pte.setPteAt(b.vma.mm, b.a(0), b.p(0), b.w.arch.swap.makePteMarker(1)));
    expect(pteOr(b.entry(0), PTE.AF), 'the marker has the bit of AF set').toBe(b.entry(0));
    const before = b.entry(1);
    expect(b.run(() => b.m.pte.ptepGet(b.p(1)))).toBe(before);
    expect(b.run(() => b.m.pte.ptepGetLockless(b.p(1)))).toBe(before);
  });

  test('without the lock waits for a change where the block is not one', () => {
    const b = bench({ write: true, folded: true });
    const wrong = b.m.v.pteAdvancePfn(b.entry(2), 4);
    b.run(() => b.m.entries.writeOnce(b.p(2), wrong, 'test'));
    expect(() => b.run(() => b.m.pte.ptepGetLockless(b.p(0)))).toThrow(/block changed, again/);
    b.run(() => b.m.entries.writeOnce(b.p(2), b.m.v.pteMknoncont(b.entry(2)), 'test'));
    expect(() => b.run(() => b.m.pte.ptepGetLockless(b.p(0)))).toThrow(/block changed, again/);
  });
});

describe('young and dirty of a block', () => {
  test('making one entry old makes all old, and the flush waits for nobody', () => {
    const b = bench({ write: true, folded: true });
    hardware(b, 2, false);
    const clear = () => b.m.pte.ptepClearFlushYoung(b.vma, b.a(0), b.p(0));
    expect(b.labels(clear).at(-1)).toBe('tlbi pte[0..3]');
    expect(b.run(clear)).toBe(true);
    expect(b.show().filter((text) => text.includes('young'))).toEqual([]);
    expect(b.labels(clear).filter((label) => label.startsWith('tlbi'))).toEqual([]);
    expect(b.run(clear)).toBe(false);
  });

  test('a single entry is flushed alone', () => {
    const b = bench({ write: true, young: true });
    const labels = b.labels(() => b.m.pte.ptepClearFlushYoung(b.vma, b.a(1), b.p(1)));
    expect(labels.at(-1)).toBe('tlbi pte[1]');
  });

  test('clear_young_dirty_ptes takes folded blocks whole and keeps them folded', () => {
    const b = bench({ pages: 8, write: true, folded: true, dirty: true, young: true });
    b.run(() => b.m.pte.clearYoungDirtyPtes(b.vma, b.a(3), b.p(3), 1, { young: true, dirty: true }));
    expect(new Set(b.show(0, 4).map((text) => text.slice(5)))).toEqual(new Set(['rw clean old cont']));
    expect(new Set(b.show(4, 8).map((text) => text.slice(5)))).toEqual(new Set(['rw dirty young cont']));
  });

  test('wrprotect moves what the hardware recorded to bit 55', () => {
    const b = bench({ write: true, folded: true });
    hardware(b, 1);
    b.run(() => b.m.pte.wrprotectPtes(b.vma.mm, b.a(0), b.p(0), 4));
    expect(b.show()).toEqual([
      '0x40 ro clean old cont',
      '0x41 ro dirty young cont',
      '0x42 ro clean old cont',
      '0x43 ro clean old cont',
    ]);
  });
});

describe('ptep_set_access_flags', () => {
  const set = (
    b: Bench,
    i: number,
    change: (b: Bench) => (pte: ReturnType<Bench['entry']>) => typeof pte,
    dirty = false,
  ) => {
    const old = b.run(() => b.m.pte.ptepGet(b.p(i)));
    const body = () => b.m.pte.ptepSetAccessFlags(b.vma, b.a(i), b.p(i), change(b)(old), dirty);
    const labels = b.labels(body);
    return { changed: b.run(body), labels };
  };

  test('changes nothing where every entry already says so', () => {
    const b = bench({ write: true, folded: true });
    const { changed, labels } = set(b, 0, () => (pte) => pte, true);
    expect(changed).toBe(false);
    expect(labels.every((label) => label.startsWith('ptep_set_access_flags'))).toBe(true);
    expect(b.show(0, 1)).toEqual(['0x40 rw clean old cont']);
  });

  test('gives the flags to the entries that lack them, although the block as a whole has them', () => {
    const b = bench({ write: true, folded: true });
    hardware(b, 3);
    const { changed } = set(b, 0, () => (pte) => pte, true);
    expect(changed).toBe(true);
    expect(b.show()).toEqual([0, 1, 2, 3].map((i) => `0x4${i} rw dirty young cont`));
  });

  test('gives the flags to every entry and flushes once', () => {
    const b = bench({ write: true, folded: true });
    const { changed, labels } = set(b, 1, (x) => (pte) => x.m.v.pteMkdirty(x.m.v.pteMkyoung(pte)), true);
    expect(changed).toBe(true);
    expect(labels.filter((label) => label.startsWith('tlbi'))).toEqual(['tlbi pte[0..3]']);
    expect(b.show()).toEqual([0, 1, 2, 3].map((i) => `0x4${i} rw dirty young cont`));
  });

  test('unfolds for a new write permission, which only the one page gets', () => {
    const b = bench({ write: false, folded: true });
    set(b, 1, (x) => (pte) => x.m.v.pteMkwrite(x.m.v.pteMkdirty(x.m.v.pteMkyoung(pte))), true);
    expect(b.show()).toEqual([
      '0x40 ro clean old',
      '0x41 rw dirty young',
      '0x42 ro clean old',
      '0x43 ro clean old',
    ]);
  });

  test('never makes an entry less permissive', () => {
    const b = bench({ write: true });
    const asked = b.m.v.pteMkyoung(b.entry(0));
    hardware(b, 0);
    b.run(() => b.m.pte.ptepSetAccessFlags(b.vma, b.a(0), b.p(0), asked, false));
    expect(b.show(0, 1)).toEqual(['0x40 rw dirty young']);
  });
});
