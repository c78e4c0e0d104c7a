import { addrOf, ptepOf } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import { costOf, intrudeAt } from '@racewalk/machine';
import { describe, expect, test } from 'vitest';
import { x86Pae } from '../src/index.js';
import { bench } from './bench.js';

const B = () => bench(x86Pae, { write: true, young: true });

/** Labels of accesses: without the looks by which a TLB may come to hold what stood in an entry before. */
const accesses = (labels: readonly string[]) => labels.filter((label) => !label.includes('('));

describe('in halves', () => {
  test('a store goes high, low; emptying goes low, high', () => {
    const b = B();
    expect(accesses(b.labels(() => b.m.pte.setPteAt(b.mm, b.addr, b.ptep, b.entry())))).toEqual([
      'set_pte pte[0].high',
      'set_pte pte[0].low',
    ]);
    expect(accesses(b.labels(() => b.m.pte.pteClear(b.mm, b.addr, b.ptep)))).toEqual([
      'pte_clear pte[0].low',
      'pte_clear pte[0].high',
    ]);
  });

  test('costs count an entry in halves once; a look without the lock reads its low half again', () => {
    const cost = costOf(
      x86Pae,
      4,
      (w) => w.vma({ pages: 1 }),
      function* (m, vma) {
        const ptep = ptepOf(vma, vma.start);
        yield* m.pte.setPteAt(vma.mm, addrOf(vma.start), ptep, B().entry());
        yield* m.pte.ptepGetLockless(ptep);
      },
    );
    expect(cost).toMatchObject({ reads: 2, writes: 1, exchanges: 0, barriers: 0 });
  });

  test('an exchange moves both at once', () => {
    const b = B();
    expect(b.labels(() => b.m.pte.ptepGetAndClear(b.mm, b.addr, b.ptep))).toEqual([
      'ptep_get_and_clear pte[0]',
    ]);
  });

  test('one level up a store is one exchange, too: a walker may be on its way through the leaf', () => {
    const b = B();
    const [old, next] = [b.entry(), b.m.v.pteAdvancePfn(b.entry(), 2)];
    expect(b.labels(() => b.m.pmd.setPmdAt(b.mm, b.addr, b.ptep, next))).toHaveLength(1);
    b.run(() => b.m.pmd.setPmdAt(b.mm, b.addr, b.ptep, next));
    expect([b.entry() === old, b.entry()]).toEqual([false, next]);
    expect(accesses(b.labels(() => b.m.pmd.pmdClear(b.ptep))).map((label) => label.split('.')[1])).toEqual([
      'low',
      'high',
    ]);
    expect(b.labels(() => b.m.pmd.pmdpGetLockless(b.ptep)).map((label) => label.split('.')[1])).toEqual([
      'low',
      'high',
      'low',
    ]);
  });

  test('a lockless read looks at the low half twice', () => {
    const b = B();
    expect(b.labels(() => b.m.pte.ptepGetLockless(b.ptep))).toEqual([
      'ptep_get_lockless pte[0].low',
      'ptep_get_lockless pte[0].high',
      'ptep_get_lockless pte[0].low',
    ]);
    expect(b.run(() => b.m.pte.ptepGetLockless(b.ptep))).toBe(b.entry());
  });

  test('at no step does another CPU translate with half an entry', () => {
    for (let at = 0; at < 12; at++) {
      const b = B();
      const next = b.m.v.pteAdvancePfn(b.entry(), 2);
      const body = function* (): Step<void> {
        yield* b.m.pte.pteClear(b.mm, b.addr, b.ptep);
        yield* b.m.pte.setPteAt(b.mm, b.addr, b.ptep, next);
      };
      let seen = b.entry();
      const look = function* (): Step<void> {
        seen = yield* b.m.entries.update(b.ptep, (pte) => pte, 'walker');
      };
      b.run(() => intrudeAt(body(), at, look));
      if (b.m.v.pteValid(seen)) expect([0x40, 0x42], `before step ${at}`).toContain(b.m.v.ptePfn(seen));
      if (b.m.v.pteValid(seen)) expect(seen.hi).toBe(0x80000000);
    }
  });
});

describe('a lockless read while the entry is replaced', () => {
  /** What the reader gets if the first `cut` steps of a writer come before its step `at`. */
  function race(at: number, cut: number) {
    const b = B();
    const old = b.entry();
    const next = b.m.v.pteAdvancePfn(old, 2);
    const writer = function* (): Step<void> {
      yield* b.m.pte.ptepGetAndClear(b.mm, b.addr, b.ptep);
      yield* b.m.pte.setPteAt(b.mm, b.addr, b.ptep, next);
    };
    let got = old;
    const reader = function* (): Step<void> {
      got = yield* b.m.pte.ptepGetLockless(b.ptep);
    };
    const part = function* (): Step<void> {
      const running = writer();
      let turn = running.next();
      for (let i = 0; i < cut && !turn.done; i++) turn = running.next(yield);
    };
    b.run(() => intrudeAt(reader(), at, part));
    return { got, old, next, v: b.m.v };
  }

  test('a present entry is one that stood there, whatever was seen of the writer', () => {
    for (let at = 0; at < 3; at++) {
      for (let cut = 0; cut <= 7; cut++) {
        const { got, old, next, v } = race(at, cut);
        if (v.ptePresent(got)) expect([old, next], `step ${at}, ${cut} of the writer`).toContain(got);
      }
    }
  });

  test('what is not present may be half of one: callers use present entries only', () => {
    // The writer has emptied the entry, looked whether a TLB may be filled, and stored the high half.
    const { got, v } = race(0, 3);
    expect([v.ptePresent(got), v.pteNone(got), got.lo, got.hi]).toEqual([false, false, 0, 0x80000000]);
  });
});
