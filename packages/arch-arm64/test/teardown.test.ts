import type { PteWord } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import { intrudeAt } from '@racewalk/machine';
import { describe, expect, test } from 'vitest';
import { bench } from './bench.js';

type Bench = ReturnType<typeof bench>;
const ORDERS = [
  [0, 1, 2, 3],
  [3, 2, 1, 0],
  [1, 3, 0, 2],
  [2, 0, 3, 1],
];
/** Steps of a teardown are fewer than this. */
const LAST = 60;

function* teardown(b: Bench, order: readonly number[], found: Map<number, PteWord>): Step<void> {
  for (const k of order) found.set(k, yield* b.m.pte.ptepGetAndClearFull(b.vma.mm, b.a(k), b.p(k), true));
}

/** A store of the hardware to `page`, which it records in entry `j`, if both are still valid. */
function* store(b: Bench, page: number, j: number, seen: { reached: boolean }): Step<void> {
  const { v, entries } = b.m;
  const own = yield* entries.readOnce(b.p(page), 'hardware');
  const there = yield* entries.readOnce(b.p(j), 'hardware');
  if (!v.pteValid(own) || !v.pteValid(there)) return;
  const result = b.w.arch.walker.walk(there, 'store');
  if (!result.ok) return;
  yield* entries.writeOnce(b.p(j), result.entry, 'hardware');
  seen.reached = true;
}

describe.each(ORDERS)('emptied in the order %i %i %i %i', (...order) => {
  test.each([0, 1, 2, 3])('each page learns of a store, recorded in entry %i, made before', (j) => {
    const b = bench({ write: true, folded: true });
    b.run(() => store(b, j, j, { reached: false }));
    const found = new Map<number, PteWord>();
    b.run(() => teardown(b, order, found));
    for (const pte of found.values())
      expect([b.m.v.pteDirty(pte), b.m.v.pteYoung(pte)]).toEqual([true, true]);
    expect(b.show()).toEqual(['none', 'none', 'none', 'none']);
  });

  test.each([true, false])(
    'a store at any step to any page is reported for that page (young: %s)',
    (young) => {
      let stores = 0;
      for (let page = 0; page < 4; page++) {
        for (let j = 0; j < 4; j++) {
          for (let at = 0; at < LAST; at++) {
            const b = bench({ write: true, folded: true, young });
            const found = new Map<number, PteWord>();
            const seen = { reached: false };
            b.run(() => intrudeAt(teardown(b, order, found), at, () => store(b, page, j, seen)));
            if (!seen.reached) continue;
            stores++;
            const pte = found.get(page);
            expect(pte && b.m.v.pteDirty(pte), `page ${page}, entry ${j}, before step ${at}`).toBe(true);
          }
        }
      }
      expect(stores).toBeGreaterThan(100);
    },
  );
});

test('the block stays folded and nothing is invalidated', () => {
  const b = bench({ write: true, folded: true, young: true });
  const one = () => b.m.pte.ptepGetAndClearFull(b.vma.mm, b.a(0), b.p(0), true);
  expect(b.labels(one).some((label) => label.startsWith('tlbi'))).toBe(false);
  b.run(one);
  expect(b.show()).toEqual(['none', ...[1, 2, 3].map((i) => `0x4${i} rw clean young cont`)]);
});

test('without full the block is unfolded first', () => {
  const b = bench({ write: true, folded: true });
  b.run(() => b.m.pte.ptepGetAndClearFull(b.vma.mm, b.a(0), b.p(0), false));
  expect(b.show()).toEqual(['none', ...[1, 2, 3].map((i) => `0x4${i} rw clean old`)]);
});

/** What the operation reports, or leaves in the table, with one hardware store at any step. */
const ATOMIC: readonly (readonly [string, (b: Bench) => Step<boolean>])[] = [
  [
    'get_and_clear_full_ptes',
    function* (b) {
      return b.m.v.pteDirty(yield* b.m.pte.getAndClearFullPtes(b.vma.mm, b.a(0), b.p(0), 4, false));
    },
  ],
  [
    'ptep_get_and_clear, then the rest',
    function* (b) {
      const first = yield* b.m.pte.ptepGetAndClear(b.vma.mm, b.a(1), b.p(1));
      const rest = yield* b.m.pte.ptepGet(b.p(2));
      return b.m.v.pteDirty(first) || b.m.v.pteDirty(rest);
    },
  ],
  [
    'wrprotect_ptes',
    function* (b) {
      yield* b.m.pte.wrprotectPtes(b.vma.mm, b.a(0), b.p(0), 4);
      return b.m.v.pteDirty(yield* b.m.pte.ptepGet(b.p(0)));
    },
  ],
  [
    'ptep_test_and_clear_young',
    function* (b) {
      yield* b.m.pte.ptepTestAndClearYoung(b.vma, b.a(0), b.p(0));
      return b.m.v.pteDirty(yield* b.m.pte.ptepGet(b.p(0)));
    },
  ],
  [
    'ptep_set_access_flags',
    function* (b) {
      const young = b.m.v.pteMkyoung(yield* b.m.pte.ptepGet(b.p(0)));
      yield* b.m.pte.ptepSetAccessFlags(b.vma, b.a(0), b.p(0), young, false);
      return b.m.v.pteDirty(yield* b.m.pte.ptepGet(b.p(0)));
    },
  ],
];

test.each(ATOMIC)('%s loses no hardware store, at whichever step and in whichever entry', (_name, op) => {
  let stores = 0;
  for (let j = 0; j < 4; j++) {
    for (let at = 0; at < LAST; at++) {
      const b = bench({ write: true, folded: true });
      const seen = { reached: false };
      const reported = b.run(() => intrudeAt(op(b), at, () => store(b, j, j, seen)));
      const left = [0, 1, 2, 3].some((i) => b.m.v.pteDirty(b.entry(i)));
      if (!seen.reached) continue;
      stores++;
      expect(reported || left, `entry ${j}, before step ${at}`).toBe(true);
    }
  }
  expect(stores).toBeGreaterThan(3);
});
