import { addrOf } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import {
  FrameFlag,
  type FunctionTable,
  Machine,
  nothing,
  type Params,
  type Patch,
  runAlone,
  UserCpu,
  World,
  wordEntries,
} from '@racewalk/machine';
import { FolioFlag, linux, PageFlag, swappedFault } from '@racewalk/mm';
import { flatToy as flat } from '@racewalk/toys';
import { describe, expect, it } from 'vitest';
import { barrierOnly, noDrain } from '../src/ops/drains.js';
import { drainsFirst } from '../src/ops/faults.js';
import {
  DIRTY_BEFORE_CLEAR,
  DIRTY_BEFORE_REFS,
  DIRTY_UNCHECKED,
  REFS_BEFORE_CLEAR,
  REFS_UNCHECKED,
} from '../src/ops/unmap-variants.js';
import { BEFORE, mapSwappable, type PageSpec, STORED, type Swapped } from '../src/setup.js';

function build(spec: PageSpec = {}, params: Params = { block: 1 }) {
  const w = new World(flat, params, [1], ['DIRTY', 'UAF', 'PERM', 'STALE']);
  linux(w);
  const s = mapSwappable(w, spec);
  w.seal();
  const on = (cpu: number) => new Machine(w, cpu, wordEntries(w));
  return { w, s, on };
}
type Built = ReturnType<typeof build>;

function run<T>({ w, s }: Built, body: () => Step<T>) {
  const alone = runAlone(w.cells.cells, body);
  const at = (cell: number) => alone.memory[cell] ?? 0;
  return { ...alone, at, pte: w.entryIn(at, s.ptep), labels: alone.steps.map((p) => p.op.label) };
}

/** Reclaim; whether the page was freed. */
function* shrink(b: Built, patch: Patch = {}): Step<boolean> {
  b.w.binder.replace(patch as FunctionTable, { within: 'tryToUnmapOne' });
  const folioList = [b.s.folio];
  return (yield* b.on(0).k.shrinkFolioList(folioList)) === 1;
}
const { values: v, swap } = flat;

const dontneed = ({ s, on }: Built): Step<void> =>
  on(2).k.madviseDontneedSingleVma(s.vma, addrOf(s.vma.start), addrOf(s.vma.end));

/** `drain`: in the place of `flush_tlb_batched_pending`. */
const protect = ({ w, s, on }: Built, drain?: typeof noDrain): Step<void> => {
  if (drain !== undefined) w.binder.replace({ flushTlbBatchedPending: drain });
  return on(2).k.doMprotectPkey([s.vma], { read: true, write: false });
};

describe('shrinkFolioList', () => {
  it('drops a clean page that swap has, and does not write', () => {
    const b = build();
    const { value, at, pte, faults } = run(b, () => shrink(b));
    expect([value, at(b.s.cached), at(b.s.slot)]).toEqual([true, 0, BEFORE]);
    expect(swap.pteToSwpEntry(pte)).toEqual({ type: 1, offset: 0x10 });
    expect(at(b.s.frame.cell) & FrameFlag.FREED).toBe(FrameFlag.FREED);
    expect(faults).toEqual([]);
  });

  it('writes a dirty page before it frees it, and flushes before it writes', () => {
    const b = build();
    const { at, labels, faults } = run(b, function* () {
      yield* new UserCpu(b.on(1), b.s.vma).store(0, STORED);
      yield* shrink(b);
    });
    expect(at(b.s.slot)).toBe(STORED);
    expect(labels.indexOf('IPI cpu1: flush mm (all)')).toBeLessThan(labels.indexOf('write out folio'));
    expect(labels.indexOf('write out folio')).toBeLessThan(labels.indexOf(`free ${b.s.frame.name}`));
    expect(faults).toEqual([]);
  });

  it('keeps a page that somebody holds', () => {
    const b = build();
    b.w.cells.setInitial(b.s.folio.refcount, 4);
    const { at } = run(b, () => b.on(0).k.shrinkInactiveList([b.s.folio]));
    expect([at(b.s.cached), at(b.s.folio.refcount)]).toEqual([1, 2]);
    const lazy = build({ lazyfree: true });
    lazy.w.cells.setInitial(lazy.s.folio.refcount, 3);
    expect(v.ptePresent(run(lazy, () => shrink(lazy)).pte)).toBe(true);
  });

  it('invalidates at every entry where it has no batch', () => {
    const b = build({}, { block: 1, batched: false });
    const { labels } = run(b, () => shrink(b));
    expect(labels).toContain('IPI cpu1: flush pte[0]');
    expect(labels).not.toContain('atomic_inc mm.tlb_flush_batched');
  });
});

describe('a fault on a swap entry', () => {
  const readBack = (b: Built, s: Swapped) =>
    new UserCpu(b.on(1), s.vma, { onFault: drainsFirst }).loadValue(0);

  it('brings back what was stored, from the slot', () => {
    const b = build();
    const { value, pte } = run(b, function* () {
      yield* new UserCpu(b.on(1), b.s.vma).store(0, STORED);
      yield* shrink(b);
      return yield* readBack(b, b.s);
    });
    expect(value).toBe(STORED);
    expect(v.ptePfn(pte)).toBe(b.s.spare.pfn);
  });

  it('takes the page of the swap cache while that has it', () => {
    const b = build();
    b.w.setInitial(b.s.ptep, swap.swpEntryToPte({ type: 1, offset: 0x10 }));
    const { value, pte, at } = run(b, () => readBack(b, b.s));
    expect(value).toBe(BEFORE);
    expect(v.ptePfn(pte)).toBe(b.s.frame.pfn);
    expect(at(b.s.folio.mapcount)).toBe(2);
  });

  it('makes the flushes that are owed before it maps another page', () => {
    const b = build();
    b.w.setInitial(b.s.ptep, swap.swpEntryToPte({ type: 1, offset: 0x10 }));
    b.w.cells.setInitial(b.s.vma.mm.tlbFlushBatched, 1);
    const { labels } = run(b, () => readBack(b, b.s));
    const set = labels.findIndex((l) => l.startsWith('set_pte '));
    expect(labels.findIndex((l) => l.endsWith('flush mm (all)'))).toBeLessThan(set);
  });

  it('gives zeros where nothing is', () => {
    const b = build({ lazyfree: true });
    const { value } = run(b, function* () {
      yield* shrink(b);
      return yield* readBack(b, b.s);
    });
    expect(value).toBe(0);
  });

  it('copies a page of the swap cache that is not exclusive before it is stored to', () => {
    const b = build();
    b.w.setInitial(b.s.ptep, swap.swpEntryToPte({ type: 1, offset: 0x10 }));
    b.w.cells.setInitial(b.s.frame.cell, PageFlag.ANON);
    const { pte, at, labels } = run(b, () =>
      new UserCpu(b.on(1), b.s.vma, { onFault: swappedFault }).store(0, STORED),
    );
    expect([v.ptePfn(pte), v.pteWrite(pte), at(b.s.spare.data)]).toEqual([b.s.spare.pfn, true, STORED]);
    expect(at(b.s.frame.data)).toBe(BEFORE);
    expect(labels.some((l) => l.startsWith('copy '))).toBe(true);
  });

  it('stores to the page itself if the entry says that it is exclusive', () => {
    const b = build();
    const entry = swap.swpEntryToPte({ type: 1, offset: 0x10 });
    b.w.setInitial(b.s.ptep, swap.pteSwpMkexclusive(entry));
    const { pte, at } = run(b, () =>
      new UserCpu(b.on(1), b.s.vma, { onFault: swappedFault }).store(0, STORED),
    );
    expect([v.ptePfn(pte), v.pteDirty(pte), at(b.s.frame.data)]).toEqual([b.s.frame.pfn, true, STORED]);
  });

  it('changes nothing if the entry is another one under the lock', () => {
    const b = build();
    b.w.setInitial(b.s.ptep, swap.swpEntryToPte({ type: 1, offset: 0x11 }));
    const origPte = swap.swpEntryToPte({ type: 1, offset: 0x10 });
    const { pte, at, steps } = run(b, () =>
      b.on(1).k.doSwapPage({ vma: b.s.vma, ptep: b.s.ptep, origPte, access: 'load' }),
    );
    expect(v.ptePresent(pte)).toBe(false);
    expect([at(b.s.folio.refcount), at(b.s.folio.lock), steps.length > 3]).toEqual([3, 0, true]);
  });
});

describe('changeProtection', () => {
  it('makes present entries read-only and flushes, and for others flushes what is owed', () => {
    const b = build();
    const { pte, labels, at } = run(b, () => protect(b));
    expect(v.pteWrite(pte)).toBe(false);
    expect(labels).toContain('IPI cpu1: flush pte[0]');
    expect(at(b.s.vma.mm.tlbFlushPending)).toBe(0);
    b.w.setInitial(b.s.ptep, swap.swpEntryToPte({ type: 1, offset: 0x10 }));
    b.w.cells.setInitial(b.s.vma.mm.tlbFlushBatched, 1);
    const flushes = (drain?: typeof noDrain) =>
      run(b, () => protect(b, drain)).labels.filter((l) => l.includes('flush mm'));
    expect(flushes()).toEqual(['IPI cpu1: flush mm (all)']);
    expect(flushes(noDrain)).toEqual([]);
    expect(flushes(barrierOnly)).toEqual([]);
  });
});

describe('MADV_DONTNEED', () => {
  it('empties, and keeps the page until it has flushed', () => {
    const b = build({ dirty: true });
    b.w.cells.setInitial(b.s.frame.cell, PageFlag.ANON);
    const { pte, at, labels } = run(b, () => dontneed(b));
    expect(v.pteNone(pte)).toBe(true);
    expect([at(b.s.folio.mapcount), at(b.s.folio.refcount)]).toEqual([0, 2]);
    const put = labels.findIndex((l) => l.startsWith('folio_put_refs'));
    expect(labels.indexOf('IPI cpu1: flush pte[0]')).toBeLessThan(put);
  });

  it('empties a swap entry without a flush of its own', () => {
    const b = build();
    b.w.setInitial(b.s.ptep, swap.swpEntryToPte({ type: 1, offset: 0x10 }));
    const { pte, labels } = run(b, () => dontneed(b));
    expect(v.pteNone(pte)).toBe(true);
    expect(labels.some((l) => l.includes('flush pte'))).toBe(false);
  });
});

describe('madviseFreeSingleVma', () => {
  it('makes a page old, clean and lazily freed, and flushes', () => {
    const b = build({ dirty: true });
    b.w.cells.setInitial(b.s.frame.cell, PageFlag.ANON);
    const { pte, at, labels } = run(b, () => b.on(0).k.madviseFreeSingleVma(b.s.vma));
    expect([v.pteDirty(pte), v.pteYoung(pte), v.ptePresent(pte)]).toEqual([false, false, true]);
    expect(at(b.s.frame.cell) & PageFlag.LAZYFREE).toBe(PageFlag.LAZYFREE);
    expect(labels.at(-2)).toBe('IPI cpu1: flush pte[0]');
  });

  it('leaves what is not present alone', () => {
    const b = build();
    b.w.setInitial(b.s.ptep, swap.swpEntryToPte({ type: 1, offset: 0x10 }));
    const { at } = run(b, () => b.on(0).k.madviseFreeSingleVma(b.s.vma));
    expect(at(b.s.frame.cell) & PageFlag.LAZYFREE).toBe(0);
  });
});

describe('variants of the unmap', () => {
  const again: Patch = REFS_BEFORE_CLEAR;
  const lazily = (spec: PageSpec, patch: Patch, refs = 2) => {
    const b = build({ ...spec, lazyfree: true });
    b.w.cells.setInitial(b.s.folio.refcount, refs);
    b.w.binder.replace((patch === again ? again : {}) as FunctionTable);
    return run(b, () => shrink(b, patch === again ? {} : patch));
  };

  it('are right alone where nothing is dirty and nobody holds the page', () => {
    for (const patch of [
      DIRTY_BEFORE_CLEAR,
      DIRTY_UNCHECKED,
      REFS_UNCHECKED,
      DIRTY_BEFORE_REFS,
      { folioMarkDirty: nothing },
      again,
    ]) {
      const { value, faults } = lazily({}, patch);
      expect(value).toBe(true);
      expect(faults).toEqual([]);
    }
  });

  it('differ in what they overlook', () => {
    const kept = (patch: Patch, dirty: boolean, refs: number) =>
      v.ptePresent(lazily({ dirty }, patch, refs).pte);
    expect([kept(DIRTY_UNCHECKED, true, 2), kept(DIRTY_UNCHECKED, false, 3)]).toEqual([false, true]);
    expect([kept(REFS_UNCHECKED, true, 2), kept(REFS_UNCHECKED, false, 3)]).toEqual([true, false]);
    expect([kept(DIRTY_BEFORE_REFS, true, 2), kept(DIRTY_BEFORE_REFS, false, 3)]).toEqual([true, true]);
    expect([kept(again, true, 2), kept(again, false, 3)]).toEqual([true, true]);
    expect(kept({ folioMarkDirty: nothing }, true, 2)).toBe(false);
    const b = build({ dirty: true });
    const { at } = run(b, () => shrink(b, { folioMarkDirty: nothing }));
    expect(at(b.s.folio.flags) & FolioFlag.DIRTY).toBe(0);
  });
});
