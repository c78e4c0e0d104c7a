import type { Step } from '@racewalk/core/step';
import { describe, expect, test } from 'vitest';
import { bench } from './bench.js';

const set = (b: ReturnType<typeof bench>, i: number, frame: number, write = true) => {
  const v = b.m.v;
  const pte = v.pfnPte(frame, v.mkProt({ read: true, write }));
  b.run(() => b.m.pte.setPtes(b.vma.mm, b.a(i), b.p(i), pte, 1));
};
const conts = (b: ReturnType<typeof bench>, n = 4) =>
  Array.from({ length: n }, (_, i) => b.m.v.pteCont(b.entry(i)));
const NONE = [false, false, false, false];
const ALL = [true, true, true, true];

describe('folding', () => {
  test('happens when the last entry of a block is set', () => {
    const b = bench({ map: false });
    for (const i of [0, 1, 2]) set(b, i, b.mapped.frames[i]?.pfn ?? 0);
    expect(conts(b)).toEqual(NONE);
    set(b, 3, b.mapped.frames[3]?.pfn ?? 0);
    expect(conts(b)).toEqual(ALL);
  });

  test('is not tried when another entry completes the block', () => {
    const b = bench({ map: false });
    for (const i of [3, 2, 1, 0]) set(b, i, b.mapped.frames[i]?.pfn ?? 0);
    expect(conts(b)).toEqual(NONE);
  });

  test('needs one folio', () => {
    const b = bench({ map: false });
    for (const i of [0, 1, 2]) set(b, i, b.mapped.frames[i]?.pfn ?? 0);
    set(b, 3, b.other.frames[3]?.pfn ?? 0);
    expect(conts(b)).toEqual(NONE);
  });

  test('needs frames aligned like the addresses', () => {
    const b = bench({ skew: 4, pages: 4, map: false });
    for (const i of [0, 1, 2, 3]) set(b, i, b.mapped.frames[i + 1]?.pfn ?? 0);
    expect(conts(b)).toEqual(NONE);
  });

  test('needs the same permissions', () => {
    const b = bench({ map: false });
    for (const i of [0, 1, 2, 3]) set(b, i, b.mapped.frames[i]?.pfn ?? 0, i !== 2);
    expect(conts(b)).toEqual(NONE);
  });

  test('leaves special mappings alone', () => {
    const b = bench({ map: false });
    const { v } = b.m;
    for (const i of [0, 1, 2, 3]) {
      const pte = v.pteMkspecial(
        v.pfnPte(b.mapped.frames[i]?.pfn ?? 0, v.mkProt({ read: true, write: true })),
      );
      b.run(() => b.m.pte.setPtes(b.vma.mm, b.a(i), b.p(i), pte, 1));
    }
    expect(conts(b)).toEqual(NONE);
  });

  test('adds up the flags of all entries', () => {
    const b = bench({ write: true });
    b.run(() => b.m.pte.setPte(b.p(1), b.m.v.pteMkdirty(b.entry(1))));
    b.run(() => b.m.pte.setPte(b.p(2), b.m.v.pteMkyoung(b.entry(2))));
    set(b, 3, b.mapped.frames[3]?.pfn ?? 0);
    expect(new Set(b.show().map((text) => text.slice(5)))).toEqual(new Set(['rw dirty young cont']));
  });

  test('breaks before it makes: all empty, invalidated, waited for, all set', () => {
    const b = bench({ write: true });
    const labels = b.labels(() => b.m.pte.setPtes(b.vma.mm, b.a(3), b.p(3), b.entry(3), 1));
    expect(labels.slice(-11)).toEqual([
      ...[0, 1, 2, 3].map((i) => `contpte_convert pte[${i}]`),
      'dsb ishst',
      'tlbi pte[0..3]',
      'dsb',
      ...[0, 1, 2, 3].map((i) => `contpte_convert pte[${i}]`),
    ]);
  });
});

describe('set_ptes of several', () => {
  const map = (b: ReturnType<typeof bench>, i: number, nr: number, from: number) => {
    const v = b.m.v;
    const pte = v.pfnPte(b.mapped.frames[from]?.pfn ?? 0, v.mkProt({ read: true, write: true }));
    b.run(() => b.m.pte.setPtes(b.vma.mm, b.a(i), b.p(i), pte, nr));
  };

  test('writes whole aligned blocks folded, at once, and the rest not', () => {
    const b = bench({ pages: 12, map: false });
    map(b, 2, 9, 2);
    expect(conts(b, 12)).toEqual([...NONE, ...ALL, ...NONE]);
    expect(b.m.v.ptePfn(b.entry(10))).toBe(b.mapped.frames[10]?.pfn);
    expect(b.show(0, 2)).toEqual(['none', 'none']);
    expect(b.show(11, 12)).toEqual(['none']);
  });

  test('does not fold where frames are aligned otherwise', () => {
    const b = bench({ pages: 8, skew: 4, map: false });
    map(b, 0, 8, 1);
    expect(conts(b, 8)).toEqual([...NONE, ...NONE]);
  });

  test('takes no notice of a contiguous mark in the value', () => {
    const b = bench({ map: false });
    const v = b.m.v;
    const pte = v.pteMkcont(v.pfnPte(b.mapped.frames[1]?.pfn ?? 0, v.mkProt({ read: true, write: true })));
    b.run(() => b.m.pte.setPtes(b.vma.mm, b.a(1), b.p(1), pte, 1));
    b.run(() => b.m.pte.setPtes(b.vma.mm, b.a(2), b.p(2), v.pteAdvancePfn(pte, 1), 2));
    expect(conts(b)).toEqual(NONE);
  });
});

describe('unfolding', () => {
  test('spreads the flags of one entry to all', () => {
    const b = bench({ write: true, folded: true });
    b.run(() => b.m.entries.writeOnce(b.p(2), b.m.v.pteMkdirty(b.m.v.pteMkyoung(b.entry(2))), 'test'));
    b.run(() => b.m.pte.ptepGetAndClear(b.vma.mm, b.a(0), b.p(0)));
    expect(b.show()).toEqual([
      'none',
      ...[1, 2, 3].map((i) => `0x${(0x40 + i).toString(16)} rw dirty young`),
    ]);
  });

  test.each<[string, (b: ReturnType<typeof bench>) => Step<unknown>]>([
    ['pte_clear', (b) => b.m.pte.pteClear(b.vma.mm, b.a(1), b.p(1))],
    ['set_ptes', (b) => b.m.pte.setPtes(b.vma.mm, b.a(1), b.p(1), b.entry(1), 1)],
    ['wrprotect', (b) => b.m.pte.ptepSetWrprotect(b.vma.mm, b.a(1), b.p(1))],
    ['part', (b) => b.m.pte.clearFullPtes(b.vma.mm, b.a(1), b.p(1), 2, false)],
    ['start', (b) => b.m.pte.ptepModifyProtStart(b.vma, b.a(1), b.p(1))],
  ])('%s of one entry unfolds its block', (_name, op) => {
    const b = bench({ write: true, folded: true });
    b.run(() => op(b));
    expect(conts(b)).toEqual(NONE);
  });

  test('whole blocks are cleared and write-protected as they are', () => {
    for (const op of ['clear', 'wrprotect']) {
      const b = bench({ pages: 12, write: true, folded: true });
      const run = (): Step<unknown> =>
        op === 'clear'
          ? b.m.pte.clearFullPtes(b.vma.mm, b.a(2), b.p(2), 8, false)
          : b.m.pte.wrprotectPtes(b.vma.mm, b.a(2), b.p(2), 8);
      expect(b.labels(run).filter((label) => label.startsWith('tlbi'))).toEqual([
        'tlbi pte[0..3]',
        'tlbi pte[8..11]',
      ]);
      b.run(run);
      const kept = op === 'clear' ? NONE : ALL;
      expect(conts(b, 12)).toEqual([...NONE, ...kept, ...NONE]);
    }
  });
});
