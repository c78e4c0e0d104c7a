/**
 * Taking a folio from its mappings: the walk over the entries that map it, and what reclaim does to each.
 * @kernel mm/page_vma_mapped.c, mm/rmap.c
 */
import { addrOf, type InvariantCode, type Ptep, type PteWord, type SwpEntry, type Vma } from '@racewalk/core';
import { atomic, cmpxchg, read, type Step } from '@racewalk/core/step';
import { type Folio, FolioFlag, type Frame, type Machine } from '@racewalk/machine';
import { folioMarkDirty } from '../folio.js';
import type { TlbUbc } from './tlb-ubc.js';

/** An entry that maps a page of the folio; the page-table lock is held. */
export interface MappedEntry {
  readonly vma: Vma;
  readonly ptep: Ptep;
  /** As the walk read it under the lock; the hardware may have added flags since. */
  readonly pte: PteWord;
  readonly frame: Frame;
}

/** How a walk differs from the plain one. */
export interface WalkFlags {
  /**
   * Take the lock before the first look, too. Without it an entry that is empty for a moment counts as
   * not there. @kernel PVMW_SYNC, TTU_SYNC
   */
  readonly sync?: boolean;
}

/**
 * Visit the entries of one area that map the folio. The first look is made without the lock, unless
 * `sync`; once something was found, the lock is kept to the end of the table. Ends early, and answers
 * false, where `visit` does. @kernel page_vma_mapped_walk
 */
export function* pageVmaMappedWalk(
  m: Machine,
  folio: Folio,
  vma: Vma,
  visit: (at: MappedEntry) => Step<boolean>,
  { sync = false }: WalkFlags = {},
): Step<boolean> {
  let locked = false;
  let goOn = true;
  for (const ptep of vma.table.entries) {
    if (ptep.vpn < vma.start || ptep.vpn >= vma.end) continue;
    if (!locked) {
      if (!sync && !m.v.ptePresent(yield* m.pte.ptepGet(ptep))) continue;
      yield* m.pteOffsetMapLock(ptep.table);
      locked = true;
    }
    const pte = yield* m.pte.ptepGet(ptep);
    const frame = m.v.ptePresent(pte) ? m.world.frames.at(m.v.ptePfn(pte)) : undefined;
    if (frame?.folio !== folio) continue;
    goOn = yield* visit({ vma, ptep, pte, frame });
    if (!goOn) break;
  }
  if (locked) yield* m.pteUnmapUnlock(vma.table);
  return goOn;
}

/** What to do with the mappings of a folio. @kernel enum ttu_flags */
export interface TtuFlags extends WalkFlags {
  /** Put the flushes off to the end of this batch. @kernel TTU_BATCH_FLUSH */
  readonly batch?: TlbUbc;
  /** The folio need not be written if nobody wrote to it since it was given up. @kernel !folio_test_swapbacked */
  readonly lazyfree?: boolean;
  /** Where a page of an anonymous folio goes. Default slot `index` of device 1. @kernel page_swap_entry */
  readonly swapEntry?: (frame: Frame) => SwpEntry;
}

/** The parts of an unmap that a race may want to replace. */
export interface UnmapOps {
  /** Empty the entry and see to its flush; answers what to believe about it. */
  readonly clear: (m: Machine, at: MappedEntry, flags: TtuFlags) => Step<PteWord>;
  /** The entry was dirty. */
  readonly handOver: (m: Machine, folio: Folio) => Step<void>;
  /** Whether a lazily freed folio, one entry of which was just emptied, may be dropped. */
  readonly mayDiscard: (m: Machine, folio: Folio) => Step<boolean>;
}

/** Empty the entry; flush now, or leave that to the batch. @kernel should_defer_flush */
export function* clearForUnmap(m: Machine, { vma, ptep }: MappedEntry, flags: TtuFlags): Step<PteWord> {
  const addr = addrOf(ptep.vpn);
  if (flags.batch === undefined) return yield* m.pte.ptepClearFlush(vma, addr, ptep);
  const pteval = yield* m.pte.ptepGetAndClear(vma.mm, addr, ptep);
  yield* flags.batch.setTlbUbcFlushPending(vma, pteval, addr);
  return pteval;
}

/** @kernel folio_ref_count */
export const folioRefCount = (folio: Folio): Step<number> =>
  read(folio.refcount, { op: 'folio_ref_count', text: folio.name }, (o) => `→ ${o.result}`);

/** @kernel folio_mapcount */
export const folioMapcount = (folio: Folio): Step<number> =>
  read(folio.mapcount, { op: 'folio_mapcount', text: folio.name }, (o) => `→ ${o.result}`);

/** @kernel folio_test_dirty */
export function* folioTestDirty(_m: Machine, folio: Folio): Step<boolean> {
  const show = (o: { readonly result: number }) => (o.result & FolioFlag.DIRTY ? '→ yes' : '→ no');
  return (
    ((yield* read(folio.flags, { op: 'folio_test_dirty', text: folio.name }, show)) & FolioFlag.DIRTY) !== 0
  );
}

/**
 * Nobody but the caller and the mappings holds a reference, and nobody has written. In this order: who
 * lets go of the folio has marked it dirty before.
 */
export function* unusedAndClean(m: Machine, folio: Folio): Step<boolean> {
  const refs = yield* folioRefCount(folio);
  const maps = yield* folioMapcount(folio);
  return refs === 1 + maps && !(yield* m.k.folioTestDirty(folio));
}

/** An unmap as Linux does it (mm/rmap.c, 6.12). */
export const LINUX_UNMAP: UnmapOps = Object.freeze({
  clear: clearForUnmap,
  handOver: folioMarkDirty,
  mayDiscard: unusedAndClean,
});

/**
 * Take the folio from one area. Anonymous pages leave a swap entry behind, file pages and lazily freed
 * ones nothing. False if a mapping had to stay. @kernel try_to_unmap_one
 */
export function* tryToUnmapOne(
  m: Machine,
  folio: Folio,
  vma: Vma,
  flags: TtuFlags = {},
  ops: UnmapOps = LINUX_UNMAP,
): Step<boolean> {
  const { swapEntry = (frame: Frame) => ({ type: 1, offset: 0x10 + frame.index }) } = flags;
  function* unmap(at: MappedEntry): Step<boolean> {
    const { ptep, frame } = at;
    const addr = addrOf(ptep.vpn);
    const pteval = yield* ops.clear(m, at, flags);
    if (m.v.pteDirty(pteval)) yield* ops.handOver(m, folio);
    if (flags.lazyfree === true) {
      // The entry is empty already, so whoever wants a reference now finds that out and lets go again.
      if (!(yield* ops.mayDiscard(m, folio))) {
        yield* m.pte.setPteAt(vma.mm, addr, ptep, pteval);
        return false;
      }
    } else if (vma.mapping === null) {
      yield* m.pte.setPteAt(vma.mm, addr, ptep, swapPte(m, swapEntry(frame), pteval));
    }
    yield* m.k.folioRemoveRmapPte(frame);
    yield* m.k.folioPutRefs(folio);
    return true;
  }
  return yield* m.k.pageVmaMappedWalk(folio, vma, unmap, flags);
}

/** The swap entry that takes the place of a mapping, with the marks that survive a swap. */
function swapPte(m: Machine, entry: SwpEntry, pteval: PteWord): PteWord {
  const { swap } = m.arch;
  let pte = swap.swpEntryToPte(entry);
  if (m.v.pteSoftDirty(pteval)) pte = swap.pteSwpMksoftDirty(pte);
  if (m.v.pteUffdWp(pteval)) pte = swap.pteSwpMkuffdWp(pte);
  return pte;
}

/** Take the folio from every area, in order. Answers whether nobody maps it any more. @kernel try_to_unmap */
export function* tryToUnmap(
  m: Machine,
  folio: Folio,
  among: readonly Vma[],
  flags: TtuFlags = {},
  ops: UnmapOps = LINUX_UNMAP,
): Step<boolean> {
  for (const vma of among) if (!(yield* m.k.tryToUnmapOne(folio, vma, flags, ops))) break;
  return (yield* folioMapcount(folio)) === 0;
}

/** Take the last reference, if `expected` are all there are. @kernel folio_ref_freeze */
export function* folioRefFreeze(_m: Machine, folio: Folio, expected: number): Step<boolean> {
  const label = { op: 'folio_ref_freeze', text: folio.name };
  const show = (o: { readonly result: number }) => (o.result === expected ? '= 0' : `failed → ${o.result}`);
  return (yield* cmpxchg(folio.refcount, expected, 0, label, show)) === expected;
}

/** Report `code` if somebody still maps the folio: the caller has just seen to it that nobody does. */
export function* expectNotMapped(folio: Folio, code: InvariantCode, what: string): Step<void> {
  const { mapcount } = folio;
  yield* atomic(
    [mapcount],
    (mem, base, faults) => {
      const left = mem[base + mapcount] ?? 0;
      if (left !== 0) faults.fail(code, `${what}, and ${folio.name} is still mapped (${left})`);
      return left;
    },
    { text: `${folio.name} is mapped nowhere`, does: 'observe' },
    { locked: false },
  );
}

/** What stands in the kernel's table. */
export const UNMAP = {
  pageVmaMappedWalk,
  clearForUnmap,
  folioTestDirty,
  tryToUnmapOne,
  tryToUnmap,
  folioRefFreeze,
} as const;

type UnmapFunctions = typeof UNMAP;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends UnmapFunctions {}
}
