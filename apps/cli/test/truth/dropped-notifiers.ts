/** Notifiers, and what stands beside them, left out where a page or its permission changes. */
import { addrOf, ptepOf } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import { Device, type KernelName, type Machine, UserCpu, type World } from '@racewalk/machine';
import { linux, sparePages, upperLevel } from '@racewalk/mm';
import { type Dropped, dropped } from './dropped-call.js';
import { on } from './kinds.js';

/** A page that a device has in a table of its own, besides its process. */
function shared(file: boolean) {
  return (w: World) => {
    const mapping = file ? w.addressSpace('file') : undefined;
    const vma = w.vma({ pages: 1, name: 'user', ...(mapping && { mapping, shared: true }) });
    const to = w.vma({ pages: 1, name: 'to' });
    const page = linux(w).folio({ name: 'page', pages: 1, refcount: 2 });
    linux(w).mapFolio(vma, page, { young: true, dirty: true });
    const gpu = new Device(w, vma, 'gpu');
    const [frame] = page.frames;
    if (frame !== undefined) gpu.startsWith(0, frame, { write: true, exclusive: false });
    return { vma, to, page, gpu };
  };
}
type Shared = ReturnType<ReturnType<typeof shared>>;

/** Without its notifier the device goes on where the entry of the process has gone, or forbids it by now. */
const untold = (caller: KernelName, file: boolean, run: (m: Machine, s: Shared) => Step<unknown>): Dropped =>
  dropped<Shared>({
    caller,
    callees: ['mmuNotifierInvalidateRangeStart', 'mmuNotifierInvalidateRangeEnd'],
    breaks: 'NOTIF',
    setup: shared(file),
    agents: {
      kernel: on(0, 'kernel', function* (m, s) {
        yield* run(m, s);
      }),
      device: on(8, 'device', function* (m, s) {
        yield* s.gpu.access(m, 0, 'store');
      }),
    },
  });

const NOTIFIERS: readonly Dropped[] = [
  untold('movePageTables', false, (m, { vma, to }) => {
    const [from, len] = [addrOf(vma.start), addrOf(vma.end) - addrOf(vma.start)];
    return m.k.movePageTables(vma, from, to, addrOf(to.start), len, false);
  }),
  untold('pageVmaMkcleanOne', true, (m, s) => m.k.folioMkclean(s.page)),
  untold('tryToUnmapOne', true, (m, s) => m.k.tryToUnmap(s.page, 0)),
  untold('changeProtection', false, (m, s) => m.k.doMprotectPkey([s.vma], { read: true, write: false })),
];

/** A page of one process that a device has, too; another page is to take its place. */
function replaced(w: World) {
  const vma = w.vma({ pages: 1, name: 'user' });
  const page = linux(w).folio({ name: 'page', pages: 1, refcount: 2 });
  const other = linux(w).folio({ name: 'other', pages: 1, mapcount: 0, refcount: 1 });
  linux(w).mapFolio(vma, page, { write: false, young: true });
  sparePages(w, 0, [other]);
  const gpu = new Device(w, vma, 'gpu');
  const [frame] = page.frames;
  if (frame !== undefined) gpu.startsWith(0, frame, { write: false, exclusive: false });
  return { vma, page, other, gpu };
}
type Replaced = ReturnType<typeof replaced>;

const unreplaced = (caller: KernelName, run: (m: Machine, s: Replaced) => Step<unknown>): Dropped =>
  dropped<Replaced>({
    caller,
    callees: ['mmuNotifierInvalidateRangeStart', 'mmuNotifierInvalidateRangeEnd'],
    breaks: 'NOTIF',
    setup: replaced,
    agents: {
      kernel: on(0, 'kernel', function* (m, s) {
        yield* run(m, s);
      }),
      device: on(8, 'device', function* (m, s) {
        yield* s.gpu.access(m, 0, 'load');
      }),
    },
  });

const first = <T>([one]: readonly T[]): T => {
  if (one === undefined) throw new Error('an empty list');
  return one;
};

/** Which page the process has, or what it may do with it, changes. */
const REPLACED: readonly Dropped[] = [
  unreplaced('replacePage', function* (m, { vma, page, other }) {
    const pte = yield* m.pte.ptepGet(ptepOf(vma, vma.start));
    yield* m.k.replacePage(vma, first(page.frames), first(other.frames), pte);
  }),
  unreplaced('wpPageCopy', (m, { vma }) =>
    m.k.handlePteFault({ vma, ptep: ptepOf(vma, vma.start), access: 'store' }),
  ),
  untold('writeProtectPage', false, (m, { vma, page }) => m.k.writeProtectPage(vma, first(page.frames))),
];

/** Pages of two processes with the same contents, of which one is enough. */
function alike(w: World) {
  const areas = ['first', 'second'].map((name) => {
    const vma = w.vma({ pages: 1, mm: w.mm(name), name });
    const page = linux(w).folio({ name: `page of ${name}`, pages: 1, contents: [1], refcount: 2 });
    linux(w).mapFolio(vma, page, { young: true });
    return { vma, page };
  });
  return { areas };
}
type Alike = ReturnType<typeof alike>;

const merges = on<Alike>(0, 'kernel', function* (m, { areas: [kept, given] }) {
  if (kept === undefined || given === undefined) return;
  const [stays, goes] = [first(kept.page.frames), first(given.page.frames)];
  if (!(yield* m.k.tryToMergeOnePage(kept.vma, stays, null))) return;
  if (yield* m.k.tryToMergeOnePage(given.vma, goes, stays)) yield* m.k.folioPut(goes);
});

const MERGED: readonly Dropped[] = [
  dropped<Alike>({
    caller: 'folioTryShareAnonRmapPte',
    callees: ['clearPageAnonExclusive'],
    breaks: 'OWN',
    setup: alike,
    agents: { ksmd: merges },
  }),
  dropped<Alike>({
    caller: 'replacePage',
    callees: ['ptepClearFlush'],
    breaks: 'UAF',
    setup: alike,
    agents: {
      ksmd: merges,
      user: on(1, 'user', function* (m, { areas }) {
        const given = areas[1];
        if (given !== undefined) yield* new UserCpu(m, given.vma, { faults: false }).load(0);
      }),
    },
  }),
];

/** A device of a process whose area has a level above: a huge page, or a table that is to make room for one. */
function above(start: 'huge' | 'table', file: boolean) {
  return (w: World) => {
    const mapping = file ? w.addressSpace('file') : undefined;
    const vma = w.vma({ pages: 1, name: 'user', ...(mapping && { mapping, shared: true }) });
    linux(w);
    const { pmdp } = upperLevel(w, vma, start === 'huge' ? { leads: 'none' } : {});
    const page = linux(w).folio({ name: 'page', pages: 1, huge: start === 'huge' });
    linux(w).mapFolio(vma, page, { huge: start === 'huge', young: true, dirty: true });
    const other = linux(w).folio({ name: 'other', pages: 1, huge: true, mapcount: 0, refcount: 1 });
    const gpu = new Device(w, vma, 'gpu');
    gpu.startsWith(0, first(page.frames), { write: true, exclusive: false });
    return { vma, mapping, pmdp, page, other, gpu };
  };
}
type Above = ReturnType<ReturnType<typeof above>>;

const untoldAbove = (
  caller: KernelName,
  setup: (w: World) => Above,
  run: (m: Machine, s: Above) => Step<unknown>,
): Dropped =>
  dropped<Above>({
    caller,
    callees: ['mmuNotifierInvalidateRangeStart', 'mmuNotifierInvalidateRangeEnd'],
    breaks: 'NOTIF',
    params: { pages: 1 },
    setup,
    agents: {
      kernel: on(0, 'kernel', function* (m, s) {
        yield* run(m, s);
      }),
      device: on(8, 'device', function* (m, s) {
        yield* s.gpu.access(m, 0, 'load');
      }),
    },
  });

/** What a table or a huge page mapped is mapped by the other, or not at all. */
const ABOVE: readonly Dropped[] = [
  untoldAbove('__splitHugePmd', above('huge', true), (m, { vma, pmdp }) => m.k.__splitHugePmd(vma, pmdp)),
  untoldAbove('collapseHugePage', above('table', false), (m, { vma, pmdp, other }) =>
    m.k.collapseHugePage(vma, pmdp, other),
  ),
  untoldAbove('retractPageTables', above('table', true), function* (m, { mapping }) {
    if (mapping !== undefined) yield* m.k.retractPageTables(mapping);
  }),
];

/** What a page that somebody else has is changed without. */
export const UNTOLD: readonly Dropped[] = [...NOTIFIERS, ...REPLACED, ...MERGED, ...ABOVE];
