/** Huge pages that faults allocate, copy and hold. (mm/huge_memory.c, Linux 6.12) */
import { type AccessKind, addrOf, type Ptep, type PteWord, type Vma, type Vpn } from '@racewalk/core';
import { or, type Step } from '@racewalk/core/step';
import type { Frame, Machine, World } from '@racewalk/machine';
import type { Folio } from '../folio-table.js';
import { FOLL_FORCE, FOLL_TOUCH, FOLL_WRITE } from '../gup/flags.js';
import { VM_FAULT_SIGSEGV } from '../memory/fault.js';
import { unused } from '../memory/unused.js';
import { PageFlag } from '../page-flags.js';
import { pteFreeUnused } from './deposit.js';

/** Huge pages that may be allocated, by CPU, and the one that everybody reads. */
interface HugePageState {
  hugePages?: Map<number, readonly Folio[]>;
  hugeZeroFolio?: Folio;
}

declare module '@racewalk/machine/kernel' {
  interface OsState extends HugePageState {}
}

/**
 * Huge pages that what runs on a CPU may allocate: faults map them, and stores to huge pages that are not their own copy to
 * them. Folios with `huge: true`, reference count 1, not mapped. Each mapping needs a table of `spareTables`. Called by `setup`.
 */
export function spareHugePages(w: World, cpu: number, pages: readonly Folio[]): void {
  w.os.hugePages ??= new Map();
  w.os.hugePages.set(cpu, pages);
}

/** Loads from empty huge mappings map this page, which nobody may write to. Called by `setup`. @kernel huge_zero_folio */
export function hugeZeroPage(w: World, folio: Folio): void {
  w.os.hugeZeroFolio = folio;
  for (const { cell } of folio.frames) w.cells.setInitial(cell, PageFlag.RESERVED);
}

const left = unused('huge pages', (m): readonly Folio[] | undefined => m.world.os.hugePages?.get(m.cpu));

/** A huge page, or null where this CPU has none left. @kernel vma_alloc_anon_folio_pmd */
export function vmaAllocAnonFolioPmd(m: Machine): Folio | null {
  return left.of(m).shift() ?? null;
}

/** @kernel is_huge_zero_folio */
export function isHugeZeroFolio(m: Machine, folio: Folio): boolean {
  return folio === m.world.os.hugeZeroFolio;
}

/** Its first mapping: anonymous and exclusive. @kernel folio_add_new_anon_rmap (of a huge page) */
function* newAnonRmapPmd(m: Machine, folio: Folio): Step<void> {
  const { ANON, EXCLUSIVE } = PageFlag;
  for (const { cell, name } of folio.frames)
    yield* or(cell, ANON | EXCLUSIVE, { op: 'folio_add_new_anon_rmap', text: name });
  yield* m.k.folioAddRmapPmd(folio);
}

/**
 * A fault on an empty entry: a load maps the zero page, where there is one, and a store a page of its own. Returns as
 * `handlePteFault` does. @kernel do_huge_pmd_anonymous_page
 */
export function* createHugePmd(m: Machine, vma: Vma, pmdp: Ptep, access: AccessKind): Step<number> {
  const { hugeZeroFolio } = m.world.os;
  const zero = access === 'load' ? hugeZeroFolio : undefined;
  const folio = zero ?? m.k.vmaAllocAnonFolioPmd();
  const page = folio?.frames[0];
  const pgtable = m.k.pteAllocOne();
  if (folio === null || page === undefined || pgtable === null) return VM_FAULT_SIGSEGV;
  yield* m.k.pmdLock(pmdp);
  if (m.p.pmdNone(yield* m.pmd.pmdpGet(pmdp))) {
    const { prot } = vma;
    const plain = m.p.pmdMkyoung(m.p.pfnPmd(page.pfn, m.v.mkProt({ ...prot, write: false })));
    if (zero === undefined) yield* newAnonRmapPmd(m, folio);
    yield* m.k.pgtableTransHugeDeposit(pmdp, pgtable);
    const entry = zero === undefined ? m.k.mkHugePmd(page, vma) : plain;
    yield* m.pmd.setPmdAt(vma.mm, addrOf(vma.start), pmdp, entry);
    yield* m.k.updateMmuCache(vma, addrOf(vma.start));
  } else {
    pteFreeUnused(m, pgtable);
    if (zero === undefined) left.of(m).unshift(folio);
  }
  yield* m.unlock(pmdp.table.ptl);
  return 0;
}

/**
 * A store to a huge page that is read-only: reuse it, give the process a new one in place of the zero page, or split the
 * mapping, so that a small page is copied. @kernel do_huge_pmd_wp_page
 */
export function* doHugePmdWpPage(m: Machine, vma: Vma, pmdp: Ptep, orig: PteWord): Step<number> {
  const page = m.k.pmdPage(orig);
  if (page === undefined) return VM_FAULT_SIGSEGV;
  if (m.k.isHugeZeroFolio(page.folio)) return yield* m.k.doHugeZeroWpPmd(vma, pmdp, orig);
  yield* m.k.pmdLock(pmdp);
  if (!m.p.pmdSame(yield* m.pmd.pmdpGet(pmdp), orig)) {
    yield* m.unlock(pmdp.table.ptl);
    return 0;
  }
  const mine = (yield* m.k.pageAnonExclusive(page)) || (yield* m.k.folioRefCount(page.folio)) === 1;
  if (mine) {
    const entry = m.p.pmdMkdirty(m.p.pmdMkyoung(orig));
    const wanted = vma.prot.write ? m.p.pmdMkwrite(entry) : entry;
    yield* m.pmd.pmdpSetAccessFlags(vma, addrOf(vma.start), pmdp, wanted, true);
  }
  yield* m.unlock(pmdp.table.ptl);
  if (!mine) yield* m.k.__splitHugePmd(vma, pmdp);
  return 0;
}

/** A page of its own takes the place of the zero page. @kernel do_huge_zero_wp_pmd */
export function* doHugeZeroWpPmd(m: Machine, vma: Vma, pmdp: Ptep, orig: PteWord): Step<number> {
  const folio = m.k.vmaAllocAnonFolioPmd();
  const page = folio?.frames[0];
  if (folio === null || page === undefined) return VM_FAULT_SIGSEGV;
  yield* m.k.pmdLock(pmdp);
  if (m.p.pmdSame(yield* m.pmd.pmdpGet(pmdp), orig)) {
    yield* m.pmd.pmdpHugeClearFlush(vma, addrOf(vma.start), pmdp);
    yield* newAnonRmapPmd(m, folio);
    yield* m.pmd.setPmdAt(vma.mm, addrOf(vma.start), pmdp, m.k.mkHugePmd(page, vma));
    yield* m.k.updateMmuCache(vma, addrOf(vma.start));
  } else {
    left.of(m).unshift(folio);
  }
  yield* m.unlock(pmdp.table.ptl);
  return 0;
}

/** See `canFollowWritePte`. @kernel can_follow_write_pmd */
export function* canFollowWritePmd(m: Machine, pmd: PteWord, page: Frame, flags: number): Step<boolean> {
  if (m.p.pmdWrite(pmd)) return true;
  if ((flags & FOLL_FORCE) === 0) return false;
  return yield* m.k.pageAnonExclusive(page);
}

/** Note an access in the entry: that it was written only if it is about to be. @kernel touch_pmd */
export function* touchPmd(m: Machine, vma: Vma, pmdp: Ptep, pmd: PteWord, write: boolean): Step<void> {
  const young = m.p.pmdMkyoung(pmd);
  const entry = write ? m.p.pmdMkdirty(young) : young;
  yield* m.pmd.pmdpSetAccessFlags(vma, addrOf(vma.start), pmdp, entry, write);
}

/** The page of a huge mapping at an address, held; null if it may not be, or has changed. @kernel follow_huge_pmd */
export function* followHugePmd(
  m: Machine,
  vma: Vma,
  pmdp: Ptep,
  vpn: Vpn,
  flags: number,
): Step<Frame | null> {
  const write = (flags & FOLL_WRITE) !== 0;
  yield* m.k.pmdLock(pmdp);
  const pmd = yield* m.pmd.pmdpGet(pmdp);
  const page = m.k.pmdPage(pmd);
  const found = page?.run.frames[vpn - vma.start];
  let held: Frame | null = null;
  if (page !== undefined && found !== undefined) {
    if (!write || (yield* m.k.canFollowWritePmd(pmd, page, flags))) held = found;
    if (held !== null && !m.p.pmdWrite(pmd) && (yield* m.k.gupMustUnshare(null, flags, held))) held = null;
  }
  if (held !== null) {
    if ((flags & FOLL_TOUCH) !== 0) yield* m.k.touchPmd(vma, pmdp, pmd, write);
    yield* m.k.tryGrabFolio(held.folio, 1, flags);
  }
  yield* m.unlock(pmdp.table.ptl);
  return held;
}

/** Functions that others call by name. */
export const HUGE_WP = {
  vmaAllocAnonFolioPmd,
  isHugeZeroFolio,
  createHugePmd,
  doHugePmdWpPage,
  doHugeZeroWpPmd,
  canFollowWritePmd,
  touchPmd,
  followHugePmd,
} as const;

type HugeWpFunctions = typeof HUGE_WP;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends HugeWpFunctions {}
}
