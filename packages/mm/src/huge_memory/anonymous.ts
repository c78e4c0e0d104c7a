/** Huge pages that faults allocate and map. (mm/huge_memory.c, Linux 6.12) */
import { type AccessKind, addrOf, type Ptep, type Vma } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { Machine, Ptdesc, World } from '@racewalk/machine';
import type { Folio } from '../folio-table.js';
import { unused } from '../memory/unused.js';
import { VM_FAULT_SIGSEGV } from '../memory/vm-fault.js';
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

/** A page that a fault did not map. */
export function hugePageNotUsed(m: Machine, folio: Folio): void {
  left.of(m).unshift(folio);
}

/**
 * A fault on an empty entry: a load maps the zero page, where there is one, and a store a page of its own. Returns as
 * `handlePteFault` does. @kernel do_huge_pmd_anonymous_page
 */
export function* doHugePmdAnonymousPage(m: Machine, vma: Vma, pmdp: Ptep, access: AccessKind): Step<number> {
  const zero = access === 'load' ? m.world.os.hugeZeroFolio : undefined;
  if (zero === undefined) {
    const folio = m.k.vmaAllocAnonFolioPmd();
    return folio === null ? VM_FAULT_SIGSEGV : yield* m.k.__doHugePmdAnonymousPage(vma, pmdp, folio);
  }
  const pgtable = m.k.pteAllocOne();
  if (pgtable === null) return VM_FAULT_SIGSEGV;
  yield* m.k.pmdLock(pmdp);
  if (m.p.pmdNone(yield* m.pmd.pmdpGet(pmdp))) {
    yield* m.k.setHugeZeroFolio(pgtable, vma, pmdp, zero);
    yield* m.k.updateMmuCache(vma, addrOf(vma.start));
  } else {
    pteFreeUnused(m, pgtable);
  }
  yield* m.unlock(pmdp.table.ptl);
  return 0;
}

/** The page that everybody reads is mapped, read-only. @kernel set_huge_zero_folio */
export function* setHugeZeroFolio(
  m: Machine,
  pgtable: Ptdesc,
  vma: Vma,
  pmdp: Ptep,
  zero: Folio,
): Step<void> {
  const page = zero.frames[0];
  if (page === undefined) return;
  const entry = m.p.pmdMkyoung(m.p.pfnPmd(page.pfn, m.v.mkProt({ ...vma.prot, write: false })));
  yield* m.k.pgtableTransHugeDeposit(pmdp, pgtable);
  yield* m.pmd.setPmdAt(vma.mm, addrOf(vma.start), pmdp, entry);
}

/**
 * Map a new huge page if the entry is still empty, and put a table aside for its split. Returns as `handlePteFault` does; 0 also
 * if another thread was faster. @kernel __do_huge_pmd_anonymous_page
 */
export function* __doHugePmdAnonymousPage(m: Machine, vma: Vma, pmdp: Ptep, folio: Folio): Step<number> {
  const page = folio.frames[0];
  const pgtable = m.k.pteAllocOne();
  if (page === undefined || pgtable === null) {
    hugePageNotUsed(m, folio);
    return VM_FAULT_SIGSEGV;
  }
  yield* m.k.pmdLock(pmdp);
  if (m.p.pmdNone(yield* m.pmd.pmdpGet(pmdp))) {
    yield* m.k.folioAddNewAnonRmap(folio);
    yield* m.k.pgtableTransHugeDeposit(pmdp, pgtable);
    yield* m.pmd.setPmdAt(vma.mm, addrOf(vma.start), pmdp, m.k.mkHugePmd(page, vma));
    yield* m.k.updateMmuCache(vma, addrOf(vma.start));
  } else {
    pteFreeUnused(m, pgtable);
    hugePageNotUsed(m, folio);
  }
  yield* m.unlock(pmdp.table.ptl);
  return 0;
}

/** Functions that others call by name. */
export const HUGE_ANONYMOUS = {
  vmaAllocAnonFolioPmd,
  isHugeZeroFolio,
  doHugePmdAnonymousPage,
  setHugeZeroFolio,
  __doHugePmdAnonymousPage,
} as const;

type HugeAnonymousFunctions = typeof HUGE_ANONYMOUS;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends HugeAnonymousFunctions {}
}
