/** What the kinds start from: a page, a huge page, a page of a guest, a mapping of the kernel; and how they change. */
import { addrOf, type PteWord, ptepOf } from '@racewalk/core';
import { type Step, write } from '@racewalk/core/step';
import { GuestCpu, type Machine, UserCpu, type World } from '@racewalk/machine';
import { type Folio, freePage, Kvm, linux } from '@racewalk/mm';
import { waitFor } from './kinds.js';

const RW = { read: true, write: true } as const;

const twoWords = (w: World) => ({ first: w.word('first'), second: w.word('second') });

/** One page, `old`, and another folio that may take its place. */
export function page(w: World, writable = true) {
  const vma = w.vma({ pages: 1, prot: RW });
  const old = linux(w).folio({ name: 'old', pages: 1, contents: [1] });
  const fresh = linux(w).folio({ name: 'fresh', pages: 1, contents: [2], refcount: 1, mapcount: 0 });
  linux(w).mapFolio(vma, old, { write: writable, dirty: writable, young: true });
  return { vma, old, fresh, ptep: ptepOf(vma, vma.start), addr: addrOf(vma.start), ...twoWords(w) };
}
export type Page = ReturnType<typeof page>;

/** The same one level up: a huge page is one entry of that table. */
export function hugePage(w: World, writable = true) {
  const vma = w.vma({ pages: 1, level: 'pmd', name: 'pmd', prot: RW });
  const old = linux(w).folio({ name: 'old', pages: 1, pfn: 0x100200, contents: [1] });
  const spec = { name: 'fresh', pages: 1, pfn: 0x200200, contents: [2], refcount: 1, mapcount: 0 };
  linux(w).mapFolio(vma, old, { write: writable, dirty: writable, young: true });
  const fresh = linux(w).folio(spec);
  return { vma, old, fresh, ptep: ptepOf(vma, vma.start), addr: addrOf(vma.start), ...twoWords(w) };
}

/** A page of the kernel's own address space. */
export function kernelPage(w: World) {
  const vma = w.vma({ pages: 1, name: 'vmalloc', mm: w.mm('init_mm'), flags: { global: true } });
  const old = linux(w).folio({ name: 'old', pages: 1 });
  linux(w).mapFolio(vma, old, { write: true, dirty: true, young: true });
  return { vma, old, ptep: ptepOf(vma, vma.start), addr: addrOf(vma.start), ...twoWords(w) };
}

/** A page of a process, which a guest has as its memory. */
export function guestPage(w: World) {
  const vma = w.vma({ pages: 1, name: 'user' });
  const second = w.vma({ pages: 1, name: 'stage2', mm: w.mm('vmid') });
  const old = linux(w).folio({ pages: 1 });
  linux(w).mapFolio(vma, old, { young: true, dirty: true });
  w.mapFrames(second, old, { young: true, dirty: true });
  const kvm = new Kvm(w, vma, second);
  return { kvm, vma, old, ptep: ptepOf(vma, vma.start), addr: addrOf(vma.start), ...twoWords(w) };
}
export type GuestPage = ReturnType<typeof guestPage>;

/** A vCPU that loads. */
export function* vcpuLoads(m: Machine, { kvm }: GuestPage): Step<void> {
  const stages = { guest: null, second: kvm.second, secondOptions: { faults: false } };
  yield* new GuestCpu(m, stages).load(0);
}

/** The entry of the second stage goes, with or without its flush; then the page, by the book. */
export const unmapGuestPage = (flushes: boolean) =>
  function* (m: Machine, s: GuestPage): Step<void> {
    const { second } = s.kvm;
    yield* m.pte.ptepGetAndClear(second.mm, addrOf(second.start), ptepOf(second, second.start));
    if (flushes) yield* m.k.kvmFlushRemoteTlbs(s.kvm);
    yield* m.pte.ptepClearFlush(s.vma, s.addr, s.ptep);
    for (const frame of s.old.frames) {
      yield* m.k.folioRemoveRmapPte(frame);
      yield* m.k.folioPut(frame);
    }
  };

/** What a place in memory starts with: an area, an entry, its folio. */
export type Place = Omit<Page, 'fresh'>;

/** The entry is emptied, nobody is told, and the page is freed. */
export function* freeUnflushed(m: Machine, { vma, old, ptep, addr }: Place): Step<void> {
  yield* m.pte.ptepGetAndClear(vma.mm, addr, ptep);
  yield* freeUnmapped(m, old.frames);
}

/** No entry maps them any more. */
export function* freeUnmapped(m: Machine, frames: Folio['frames']): Step<void> {
  for (const frame of frames) {
    yield* m.k.folioRemoveRmapPte(frame);
    yield* freePage(m, frame);
  }
}

/** An entry for the other folio. */
const freshEntry = (m: Machine, { fresh }: Page): PteWord =>
  m.v.pteMkyoung(m.v.pfnPte(fresh.frames[0]?.pfn ?? 0, m.v.mkProt({ read: true, write: false })));

/** The other folio takes the place, without a flush. */
export function* remap(m: Machine, s: Page): Step<void> {
  yield* m.pte.ptepGetAndClear(s.vma.mm, s.addr, s.ptep);
  yield* m.pte.setPteAt(s.vma.mm, s.addr, s.ptep, freshEntry(m, s));
}

/** The same of huge pages. */
export function* remapHuge(m: Machine, s: Page): Step<void> {
  yield* m.pmd.pmdpHugeGetAndClear(s.vma.mm, s.addr, s.ptep);
  const plain = m.p.pfnPmd(s.fresh.frames[0]?.pfn ?? 0, m.v.mkProt({ read: true, write: false }));
  yield* m.pmd.setPmdAt(s.vma.mm, s.addr, s.ptep, m.p.pmdMkyoung(plain));
}

/** Everything that is cached of the place, on every CPU. */
export const flushAll = (m: Machine, { vma }: Pick<Place, 'vma'>): Step<void> =>
  m.tlb.flushTlbRange(vma, addrOf(vma.start), addrOf(vma.end));

/** A change once somebody has accessed the page; then others may go on. */
export const after = <S extends Place>(change: (m: Machine, s: S) => Step<void>) =>
  function* (m: Machine, s: S): Step<void> {
    yield* waitFor(s.first);
    yield* change(m, s);
    yield* write(s.second, 1);
  };

/** An access of a thread, and then the word. */
export const accesses = (kind: 'load' | 'store') =>
  function* (m: Machine, s: Place): Step<void> {
    yield* new UserCpu(m, s.vma)[kind](0);
    yield* write(s.first, 1);
  };
