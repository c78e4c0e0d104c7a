/**
 * For every operation: which entries it may be called on, and how.
 */
import { addrOf, type PteOpName, type PteOps, type PteWord } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import { makeEntry } from './entries.js';
import { PAGES, type TestWorld } from './table.js';

/** The arbitrary arguments of one call. */
export interface Arguments {
  /** First entry; the range lies in one folio. */
  readonly at: number;
  readonly nr: number;
  readonly flag: boolean;
  readonly write: boolean;
  readonly dirty: boolean;
  readonly young: boolean;
}

/** What the entries of the range hold before the call. */
export type Before = 'present' | 'nothing' | 'swap';

/** How far an override may differ from the generic body in the rest of a block that stays folded. */
export interface Neighbours {
  /** Young of entries outside the range: equal (default), or anything. */
  readonly young?: 'any';
  /** Dirty outside the range: equal (default), `more` for never less, or anything. */
  readonly dirty?: 'more' | 'any';
}

/** How one operation is tried. */
export interface Trial {
  readonly before: Before;
  /** Takes `nr` entries; else one. */
  readonly batch?: boolean;
  /** Called for the whole table in turn, because its contract speaks of all entries together. */
  readonly sweep?: boolean;
  /** Also tried on blocks that are half cleared. */
  readonly partial?: boolean;
  readonly neighbours?: Neighbours;
  /** One call; what it returns is compared. */
  readonly call: (t: TestWorld, a: Arguments) => Step<unknown>;
}

type Ops = PteOps;
const ops = (t: TestWorld): Ops => t.machine.pte;
const addr = (t: TestWorld, index: number) => addrOf(t.vma.start + index);

/** A new entry for the page at `index`. */
const fresh = (t: TestWorld, a: Arguments, index: number): PteWord =>
  makeEntry(t.arch, t.pfn(index), { write: a.write, dirty: a.dirty && a.write, young: a.young });

/** What a fault handler asks for: what stands there, young, and for a store dirty and writable. */
function* morePermissive(t: TestWorld, a: Arguments): Step<unknown> {
  const v = t.arch.values;
  const ptep = t.at(a.at);
  // Where the hardware sets the access flag only stores fault, and a load's flag may be left to it.
  const store = a.write || t.arch.has('hwAccess');
  const young = v.pteMkyoung(yield* ops(t).ptepGet(ptep));
  const writable = store && v.pteWrite(young) ? v.pteMkdirty(young) : young;
  const entry = a.flag ? v.pteMkdirty(v.pteMkwrite(young)) : writable;
  return yield* ops(t).ptepSetAccessFlags(t.vma, addr(t, a.at), ptep, entry, store);
}

/** Take an entry out and put it back changed. */
function* changeProtection(t: TestWorld, a: Arguments): Step<void> {
  const v = t.arch.values;
  const ptep = t.at(a.at);
  const old = yield* ops(t).ptepModifyProtStart(t.vma, addr(t, a.at), ptep);
  const pte = a.write ? v.pteWrprotect(old) : v.pteMkyoung(old);
  yield* ops(t).ptepModifyProtCommit(t.vma, addr(t, a.at), ptep, old, pte);
}

/** Clear the whole table as an exiting process does, `nr` entries at a time within each folio. */
function* sweepAll(a: Arguments, clear: (index: number, nr: number) => Step<unknown>): Step<unknown[]> {
  const returned: unknown[] = [];
  const folio = (2 * PAGES) / 3;
  for (const [from, to] of [
    [0, folio],
    [folio, PAGES],
  ] as const) {
    for (let i = from; i < to; i += a.nr) returned.push(yield* clear(i, Math.min(a.nr, to - i)));
  }
  return returned;
}

/** Every operation of the contract. */
export const TRIALS: Readonly<Record<PteOpName, readonly Trial[]>> = {
  ptepGet: [{ before: 'present', partial: true, call: (t, a) => ops(t).ptepGet(t.at(a.at)) }],
  ptepGetLockless: [{ before: 'present', partial: true, call: (t, a) => ops(t).ptepGetLockless(t.at(a.at)) }],
  setPte: [{ before: 'nothing', call: (t, a) => ops(t).setPte(t.at(a.at), fresh(t, a, a.at)) }],
  setPteAt: [
    {
      before: 'nothing',
      call: (t, a) => ops(t).setPteAt(t.vma.mm, addr(t, a.at), t.at(a.at), fresh(t, a, a.at)),
    },
  ],
  setPtes: [
    {
      before: 'nothing',
      batch: true,
      call: (t, a) => ops(t).setPtes(t.vma.mm, addr(t, a.at), t.at(a.at), fresh(t, a, a.at), a.nr),
    },
  ],
  pteClear: [{ before: 'present', call: (t, a) => ops(t).pteClear(t.vma.mm, addr(t, a.at), t.at(a.at)) }],
  ptepClear: [{ before: 'present', call: (t, a) => ops(t).ptepClear(t.vma.mm, addr(t, a.at), t.at(a.at)) }],
  ptepGetAndClear: [
    { before: 'present', call: (t, a) => ops(t).ptepGetAndClear(t.vma.mm, addr(t, a.at), t.at(a.at)) },
  ],
  ptepGetAndClearFull: [
    {
      before: 'present',
      call: (t, a) => ops(t).ptepGetAndClearFull(t.vma.mm, addr(t, a.at), t.at(a.at), false),
    },
    {
      before: 'present',
      sweep: true,
      call: (t, a) =>
        sweepAll({ ...a, nr: 1 }, (i) => ops(t).ptepGetAndClearFull(t.vma.mm, addr(t, i), t.at(i), true)),
    },
  ],
  getAndClearFullPtes: [
    {
      before: 'present',
      batch: true,
      call: (t, a) => ops(t).getAndClearFullPtes(t.vma.mm, addr(t, a.at), t.at(a.at), a.nr, false),
    },
    {
      before: 'present',
      sweep: true,
      call: (t, a) =>
        sweepAll(a, (i, nr) => ops(t).getAndClearFullPtes(t.vma.mm, addr(t, i), t.at(i), nr, true)),
    },
  ],
  clearFullPtes: [
    {
      before: 'present',
      batch: true,
      call: (t, a) => ops(t).clearFullPtes(t.vma.mm, addr(t, a.at), t.at(a.at), a.nr, false),
    },
  ],
  clearNotPresentFullPtes: [
    {
      before: 'swap',
      batch: true,
      call: (t, a) => ops(t).clearNotPresentFullPtes(t.vma.mm, addr(t, a.at), t.at(a.at), a.nr, a.flag),
    },
  ],
  ptepTestAndClearYoung: [
    {
      before: 'present',
      neighbours: { young: 'any' },
      call: (t, a) => ops(t).ptepTestAndClearYoung(t.vma, addr(t, a.at), t.at(a.at)),
    },
  ],
  ptepClearFlushYoung: [
    {
      before: 'present',
      neighbours: { young: 'any' },
      call: (t, a) => ops(t).ptepClearFlushYoung(t.vma, addr(t, a.at), t.at(a.at)),
    },
  ],
  ptepClearFlush: [
    { before: 'present', call: (t, a) => ops(t).ptepClearFlush(t.vma, addr(t, a.at), t.at(a.at)) },
  ],
  ptepSetWrprotect: [
    { before: 'present', call: (t, a) => ops(t).ptepSetWrprotect(t.vma.mm, addr(t, a.at), t.at(a.at)) },
  ],
  wrprotectPtes: [
    {
      before: 'present',
      batch: true,
      call: (t, a) => ops(t).wrprotectPtes(t.vma.mm, addr(t, a.at), t.at(a.at), a.nr),
    },
  ],
  ptepSetAccessFlags: [
    { before: 'present', neighbours: { young: 'any', dirty: 'more' }, call: morePermissive },
  ],
  ptepModifyProtStart: [
    { before: 'present', call: (t, a) => ops(t).ptepModifyProtStart(t.vma, addr(t, a.at), t.at(a.at)) },
  ],
  ptepModifyProtCommit: [{ before: 'present', call: changeProtection }],
  clearYoungDirtyPtes: [
    {
      before: 'present',
      batch: true,
      neighbours: { young: 'any', dirty: 'any' },
      call: (t, a) =>
        ops(t).clearYoungDirtyPtes(t.vma, addr(t, a.at), t.at(a.at), a.nr, {
          young: a.flag,
          dirty: a.dirty || !a.flag,
        }),
    },
  ],
};
