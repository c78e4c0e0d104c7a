import { FrameFlag, type World } from '@racewalk/machine';
import {
  deviceExclusiveEntry,
  type ExclusiveFault,
  FAULT_FLAG_ALLOW_RETRY,
  followRss,
  mmCounter,
  PageFlag,
  takeBack,
} from '@racewalk/mm';
import { describe, expect, it } from 'vitest';
import { makeRange, nouveauAtomicRangeFault } from '../src/agents/driver.js';
import { forking } from '../src/agents/fork.js';
import { protectPage } from '../src/agents/mprotect.js';
import { dontneedPage } from '../src/agents/zap.js';
import { forksAsInV8 } from '../src/ops/copy-pte-range-locked-page.js';
import { HMM_EXCLUSIVE } from '../src/ops/hmm-exclusive-range.js';
import { type Setup, type SetupSpec, setup } from '../src/setup.js';
import { type Bench, bench, countsOf } from './bench.js';
import { toy } from './toy.js';

const start = (spec: SetupSpec) =>
  bench(toy, ['OWN', 'NOTIF', 'RMAP', 'UAF'], (w) => {
    w.binder.add(HMM_EXCLUSIVE);
    return setup(w, spec);
  });

/** A fault on the entry as it stands at the start. */
const faultOn = (b: Bench<Setup>): ExclusiveFault => {
  const { vma, ptep, page } = b.s;
  return { vma, ptep, page, origPte: b.pte(ptep), flags: 0 };
};

describe('make_device_exclusive_range', () => {
  it('answers the page locked, with a reference, and mapped nowhere', () => {
    const b = start({ has: 'process' });
    const { vma, ptep, page, rmap } = b.s;
    const pages = b.run((m) => m.k.makeDeviceExclusiveRange(vma, vma.start, 1, 'gpu', rmap));
    expect(pages).toEqual([page]);
    expect(deviceExclusiveEntry(b.m(), b.pte(ptep))?.offset).toBe(page.pfn);
    expect(countsOf(b, page)).toEqual({ refs: 2, maps: 0 });
    expect(b.word(page.folio.lock)).not.toBe(0);
    // What the mapping knew of stores must not go with it.
    expect(b.word(page.cell) & PageFlag.DIRTY).toBe(PageFlag.DIRTY);
  });

  it('leaves a page out that is busy, and one that is not there', () => {
    const b = start({ has: 'process', pages: 2 });
    const { vma, page, rmap } = b.s;
    b.run((m) => m.k.trylockPage(page));
    expect(b.run((m) => m.k.makeDeviceExclusiveRange(vma, vma.start, 2, 'gpu', rmap))).toEqual([null, null]);
    expect(countsOf(b, page)).toEqual({ refs: 1, maps: 1 });
  });

  it('takes a page that another device has, and tells that device', () => {
    const b = start({ has: 'device' });
    const { vma, gpu, page, rmap } = b.s;
    expect(b.run((m) => m.k.makeDeviceExclusiveRange(vma, vma.start, 1, 'npu', rmap))).toEqual([page]);
    expect(b.word(gpu.translations[0]!)).toBe(0);
  });

  it('seals in one walk in the other form', () => {
    const b = start({ has: 'process' });
    const { vma, page, rmap } = b.s;
    expect(b.run((m) => m.k.hmmExclusiveRange(vma, vma.start, 'gpu', rmap))).toBe(page);
    expect(countsOf(b, page)).toEqual({ refs: 2, maps: 0 });
    expect(b.labels()).not.toContain(`page_mapcount ${page.folio.name}`);
  });
});

describe('a CPU fault', () => {
  it('stops the device, restores the entry and marks the page as locked in memory', () => {
    const b = start({ has: 'device', flags: { locked: true } });
    const { ptep, page, gpu } = b.s;
    expect(b.run((m) => takeBack(m, b.s.vma, b.s.ptep))).toBe(true);
    expect(toy.values.ptePresent(b.pte(ptep))).toBe(true);
    expect(b.word(gpu.translations[0]!)).toBe(0);
    expect(countsOf(b, page)).toEqual({ refs: 1, maps: 1 });
    expect(b.word(page.cell) & PageFlag.MLOCKED).toBe(PageFlag.MLOCKED);
    expect(b.run((m) => takeBack(m, b.s.vma, b.s.ptep))).toBe(false);
    expect(b.faults()).toEqual([]);
  });

  it('leaves an entry alone that is not the one that faulted', () => {
    const b = start({ has: 'device' });
    const vmf = faultOn(b);
    b.run((m) => takeBack(m, b.s.vma, b.s.ptep));
    const { refs, maps } = countsOf(b, b.s.page);
    b.run((m) => m.k.removeDeviceExclusiveEntry(vmf));
    expect(countsOf(b, b.s.page)).toEqual({ refs, maps });
  });

  it('does nothing about a page that is free', () => {
    const b = start({ has: 'entry' });
    const vmf = faultOn(b);
    b.run((m) => dontneedPage(m, b.s.place));
    expect(b.run((m) => m.k.removeDeviceExclusiveEntry(vmf))).toBe(true);
    expect(b.faults()).toEqual([]);
  });

  it('locks the page or starts over', () => {
    const b = start({ has: 'entry' });
    expect(b.run((m) => m.k.lockPageOrRetry(b.s.page, FAULT_FLAG_ALLOW_RETRY))).toBe(true);
    b.run((m) => m.k.unlockPage(b.s.page));
  });
});

describe('fork', () => {
  const fork = (prepare: (w: World) => void = () => undefined) =>
    bench(toy, ['OWN', 'NOTIF'], (w) => {
      prepare(w);
      const s = forking(w, { has: 'device' });
      followRss(w, s.vma.mm, 1);
      followRss(w, s.child.mm, 0);
      return s;
    });

  it.each([
    ['as merged', () => undefined],
    ['with locked_page', forksAsInV8],
  ])('restores in the parent and shares the page, %s', (_name, prepare) => {
    const b = fork(prepare);
    expect(b.run((m) => m.k.copyPageRange(b.s.child, b.s.vma))).toBe(0);
    for (const ptep of [b.s.ptep, b.s.child.table.entries[0]!]) {
      expect(toy.values.ptePfn(b.pte(ptep))).toBe(b.s.page.pfn);
      expect(toy.values.pteWrite(b.pte(ptep))).toBe(false);
    }
    expect(countsOf(b, b.s.page)).toEqual({ refs: 2, maps: 2 });
    expect([b.s.vma.mm, b.s.child.mm].map((mm) => b.word(mmCounter(b.w, mm)!))).toEqual([1, 1]);
  });

  it('fails where the page is busy, and changes nothing', () => {
    const b = fork();
    b.run((m) => m.k.trylockPage(b.s.page));
    expect(b.run((m) => m.k.copyPageRange(b.s.child, b.s.vma))).toBe('EBUSY');
    expect(b.pte(b.s.child.table.entries[0]!).id).toBe(0);
    expect(b.word(b.s.gpu.active)).toBe(0);
    expect(b.word(b.s.vma.table.ptl)).toBe(0);
  });

  it('tells nobody where memory is not copied on write', () => {
    const b = fork();
    b.run((m) => m.k.copyPageRange(b.s.child, { ...b.s.vma, shared: true }));
    expect(b.word(b.s.gpu.seq)).toBe(0);
  });
});

describe('other operations on the entry', () => {
  it('mprotect makes it a readable one, marks and all', () => {
    const { swap } = toy;
    const b = bench(toy, [], (w) => {
      const s = setup(w, { has: 'entry' });
      const entry = swap.swpEntryToPte(swap.makeWritableDeviceExclusiveEntry(s.page.pfn));
      w.setInitial(s.ptep, swap.pteSwpMkuffdWp(swap.pteSwpMksoftDirty(entry)));
      return s;
    });
    b.run((m) => protectPage(m, b.s.place));
    const now = b.pte(b.s.ptep);
    expect(swap.pteToSwpEntry(now)).toEqual(swap.makeReadableDeviceExclusiveEntry(b.s.page.pfn));
    expect([swap.pteSwpSoftDirty(now), swap.pteSwpUffdWp(now)]).toEqual([true, true]);
  });

  it('a zap frees the page', () => {
    const b = start({ has: 'device' });
    b.run((m) => dontneedPage(m, b.s.place));
    expect(b.word(b.s.page.cell) & FrameFlag.FREED).toBe(FrameFlag.FREED);
    expect(b.faults()).toEqual([]);
  });
});

describe('a driver', () => {
  it('gives the page to its device, and lets go of it', () => {
    const b = start({ has: 'process' });
    const { gpu, page } = b.s;
    expect(b.run((m) => nouveauAtomicRangeFault(m, b.s))).toBe(true);
    expect(gpu.frameOf(b.word(gpu.translations[0]!))).toBe(page.pfn);
    expect(countsOf(b, page)).toEqual({ refs: 1, maps: 0 });
    expect(b.word(page.folio.lock)).toBe(0);
    expect(b.run((m) => gpu.access(m, 0, 'atomic'))).toBe(true);
    expect(b.faults()).toEqual([]);
  });

  it('does not get a page that is not there', () => {
    const b = start({ has: 'process' });
    b.run((m) => dontneedPage(m, b.s.place));
    expect(b.run((m) => nouveauAtomicRangeFault(m, b.s))).toBe(false);
  });

  it('leaves its own translations alone when it asks again', () => {
    const b = start({ has: 'process' });
    const page = b.run((m) => makeRange(m, b.s));
    expect(page).toBe(b.s.page);
    expect(b.word(b.s.gpu.seq)).toBe(0);
    b.run((m) => m.k.putPage(b.s.page));
  });
});
