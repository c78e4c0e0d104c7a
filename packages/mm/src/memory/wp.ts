/**
 * Copy on write: how a store that faults on a read-only page is resolved.
 * (mm/memory.c, Linux 6.12)
 */
import { addrOf } from '@racewalk/core';
import { atomic, type Step } from '@racewalk/core/step';
import { type Frame, type Machine, noFrame } from '@racewalk/machine';
import { freePage } from '../folio.js';
import type { Folio } from '../folio-table.js';
import { PageFlag } from '../page-flags.js';
import { tellDevices } from './secondary-tlbs.js';
import { notUsed } from './spare-pages.js';
import type { FoundFault } from './vm-fault.js';

/** Flags of a page that a private mapping has to itself, for `World.folio`. */
export const ANON_EXCLUSIVE = PageFlag.ANON | PageFlag.EXCLUSIVE;

/** A small folio that nobody else has a reference to. @kernel wp_can_reuse_anon_folio */
export function* wpCanReuseAnonFolio(m: Machine, folio: Folio): Step<boolean> {
  return folio.frames.length === 1 && (yield* m.k.folioRefCount(folio)) === 1;
}

/** Copy the contents of a page; the source may be written meanwhile. @kernel copy_user_highpage */
export function* copyUserHighpage(_m: Machine, to: Frame, from: Frame): Step<void> {
  const run = (mem: Int32Array, base: number) => {
    if (to.data < 0 || from.data < 0) return 0;
    const held = mem[base + from.data] ?? 0;
    mem[base + to.data] = held;
    return held;
  };
  const cells = to.data < 0 || from.data < 0 ? [] : [from.data, to.data];
  const note = { text: `copy ${from.name} to ${to.name}`, does: 'copy' } as const;
  yield* atomic(cells, run, note, {
    locked: false,
    show: (o) => `= ${o.result}`,
  });
}

/** Drop references; the last one frees the folio. */
function* putAndFree(m: Machine, folio: Folio, nr: number): Step<void> {
  if ((yield* m.k.folioPutRefs(folio, nr)) !== 0) return;
  for (const frame of folio.frames) yield* freePage(m, frame);
}

/** Let the process write to the page it has; the page-table lock is held, and dropped. @kernel wp_page_reuse */
export function* wpPageReuse(m: Machine, { vma, ptep, origPte }: FoundFault): Step<void> {
  const entry = m.k.maybeMkwrite(m.v.pteMkdirty(m.v.pteMkyoung(origPte)), vma);
  const changed = yield* m.pte.ptepSetAccessFlags(vma, addrOf(ptep.vpn), ptep, entry, true);
  if (changed) yield* tellDevices(m, vma, ptep);
  yield* m.pteUnmapUnlock(ptep.table);
}

/** Make a shared page writable if its entry has not changed. @kernel finish_mkwrite_fault */
export function* finishMkwriteFault(m: Machine, vmf: FoundFault): Step<void> {
  const { ptep, origPte } = vmf;
  yield* m.pteOffsetMapLock(ptep.table);
  if (m.v.pteSame(yield* m.pte.ptepGet(ptep), origPte)) yield* m.k.wpPageReuse(vmf);
  else yield* m.pteUnmapUnlock(ptep.table);
}

/** The page an entry maps; it must be one of the race's. */
function pageOf(m: Machine, { ptep, origPte }: FoundFault): Frame {
  const page = m.world.frames.at(m.v.ptePfn(origPte));
  if (page === undefined) {
    throw noFrame(`${ptep.name} maps a frame`);
  }
  return page;
}

/**
 * Give the process a page of its own. The contents are copied without the page-table lock, so the entry is read
 * again before it is replaced: another thread may have resolved the fault meanwhile.
 * A reference to the old folio is held, and dropped. @kernel wp_page_copy
 */
export function* wpPageCopy(m: Machine, vmf: FoundFault, old: Frame): Step<void> {
  const { vma, ptep, origPte } = vmf;
  const { v } = m;
  const addr = addrOf(ptep.vpn);
  const page = m.k.folioPrealloc();
  yield* m.k.copyUserHighpage(page, old);
  const range = { event: 'clear', mm: vma.mm, start: ptep.vpn, end: ptep.vpn + 1 } as const;
  yield* m.notifier.mmuNotifierInvalidateRangeStart(range);
  yield* m.pteOffsetMapLock(ptep.table);
  const same = v.pteSame(yield* m.pte.ptepGet(ptep), origPte);
  if (same) {
    const entry = v.pteMkyoung(v.pfnPte(page.pfn, v.mkProt({ ...vma.prot, write: false })));
    // Empty first, everywhere: no CPU may write to one page while another reads the other.
    yield* m.pte.ptepClearFlush(vma, addr, ptep);
    yield* m.k.folioAddNewAnonRmap(page.folio);
    yield* m.pte.setPteAt(vma.mm, addr, ptep, m.k.maybeMkwrite(v.pteMkdirty(entry), vma));
    yield* m.k.updateMmuCache(vma, addr);
    // Only now: until the new entry is set, the old mapping keeps the page from being reused.
    yield* m.k.folioRemoveRmapPte(old);
  } else {
    notUsed(m, page);
    // What refused the access may still be cached here. (update_mmu_tlb)
    yield* m.k.updateMmuCache(vma, addr);
  }
  yield* m.pteUnmapUnlock(ptep.table);
  yield* m.notifier.mmuNotifierInvalidateRangeEnd(range);
  yield* putAndFree(m, old.folio, same ? 2 : 1);
}

/**
 * A store faulted on a present, read-only page: reuse it or, of a private mapping, copy it. The page-table
 * lock is held, and dropped. @kernel do_wp_page
 */
export function* doWpPage(m: Machine, vmf: FoundFault): Step<void> {
  const { vma } = vmf;
  // Write protection by userfaultfd may have been changed and not be flushed yet: nobody may store while the page is copied.
  if (vma.flags.uffdWp === true && (yield* m.k.mmTlbFlushPending(vma.mm)))
    yield* m.tlb.flushTlbPage(vma, addrOf(vmf.ptep.vpn));
  // A page that is shared is never copied: it becomes writable, where no driver asks to be told before.
  if (vma.shared) return yield* m.k.wpPageShared(vmf, null);
  const page = pageOf(m, vmf);
  const exclusive = yield* m.k.pageAnonExclusive(page);
  if (exclusive || (yield* m.k.wpCanReuseAnonFolio(page.folio))) {
    if (!exclusive) yield* m.k.setPageAnonExclusive(page);
    yield* m.k.wpPageReuse(vmf);
    return;
  }
  yield* m.k.folioRefAdd(page.folio);
  yield* m.pteUnmapUnlock(vmf.ptep.table);
  yield* m.k.wpPageCopy(vmf, page);
}

/** Functions that others call by name. */
export const WP = {
  wpCanReuseAnonFolio,
  copyUserHighpage,
  wpPageReuse,
  finishMkwriteFault,
  wpPageCopy,
  doWpPage,
} as const;

type WpFunctions = typeof WP;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends WpFunctions {}
}
