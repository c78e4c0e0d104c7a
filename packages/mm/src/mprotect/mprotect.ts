/** Changing the protection of a range. (mm/mprotect.c, Linux 6.12) */
import {
  addrOf,
  PAGE_SIZE,
  type Prot,
  type Ptep,
  type PteWord,
  ptepOf,
  type Vma,
  type Vpn,
} from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { Machine, NotifierRange } from '@racewalk/machine';
import type { MmuGather } from '../mmu_gather/mmu-gather.js';

/** How to change the entries. @kernel newprot, cp_flags */
export interface ChangeProt {
  readonly prot: Prot;
  /** No access at all, so that the next access faults. @kernel MM_CP_PROT_NUMA */
  readonly protNuma?: boolean;
}

/**
 * Whether a write fault would map the page writable without asking anybody; if not, the entry stays read-only and the fault
 * decides. Left out: soft-dirty and userfaultfd. @kernel can_change_pte_writable
 */
export function* canChangePteWritable(m: Machine, vma: Vma, pte: PteWord): Step<boolean> {
  if (m.v.pteProtnone(pte)) return false;
  if (vma.shared) return m.v.pteDirty(pte);
  const page = m.k.vmNormalPage(pte);
  return page !== null && (yield* m.k.pageAnonExclusive(page));
}

/**
 * Change the entries of a range within one table; returns how many were changed. An entry that is not present
 * is in no TLB, once the deferred flushes are made. @kernel change_pte_range
 */
export function* changePteRange(
  m: Machine,
  tlb: MmuGather,
  vma: Vma,
  start: Vpn,
  end: Vpn,
  change: ChangeProt,
): Step<number> {
  const { v } = m;
  const newprot = change.protNuma === true ? v.protNone() : v.mkProt({ ...change.prot, write: false });
  let pages = 0;
  yield* m.pteOffsetMapLock(vma.table);
  yield* m.k.flushTlbBatchedPending(vma.mm);
  for (let vpn = start; vpn < end; vpn++) {
    const ptep = ptepOf(vma, vpn);
    const addr = addrOf(vpn);
    const look = yield* m.pte.ptepGet(ptep);
    if (v.ptePresent(look)) {
      const oldpte = yield* m.pte.ptepModifyProtStart(vma, addr, ptep);
      let ptent = v.pteModify(oldpte, newprot);
      // What the area may write, an entry may not: fork has left pages in it that are shared.
      if (change.prot.write && (yield* m.k.canChangePteWritable(vma, ptent))) ptent = v.pteMkwrite(ptent);
      yield* m.pte.ptepModifyProtCommit(vma, addr, ptep, oldpte, ptent);
      m.k.tlbFlushPteRange(tlb, vma, addr, PAGE_SIZE);
      pages++;
    } else if (m.arch.swap.isSwapPte(look)) {
      pages += yield* m.k.changeNonpresentPte(vma, ptep, look);
    }
  }
  yield* m.pteUnmapUnlock(vma.table);
  return pages;
}

/**
 * The part of `changePteRange` for an entry that keeps the place of a page: a writable one becomes a readable one, with
 * its marks, or restoring it would give the permission back. Returns how many were changed.
 */
export function* changeNonpresentPte(m: Machine, vma: Vma, ptep: Ptep, oldpte: PteWord): Step<number> {
  const { swap } = m.arch;
  const entry = swap.pteToSwpEntry(oldpte);
  let newpte: PteWord;
  if (swap.isWritableMigrationEntry(entry)) {
    newpte = swap.swpEntryToPte(
      vma.mapping === null
        ? swap.makeReadableExclusiveMigrationEntry(entry.offset)
        : swap.makeReadableMigrationEntry(entry.offset),
    );
  } else if (swap.isWritableDeviceExclusiveEntry(entry)) {
    newpte = swap.swpEntryToPte(swap.makeReadableDeviceExclusiveEntry(entry.offset));
    if (swap.pteSwpUffdWp(oldpte)) newpte = swap.pteSwpMkuffdWp(newpte);
  } else {
    return 0;
  }
  if (swap.pteSwpSoftDirty(oldpte)) newpte = swap.pteSwpMksoftDirty(newpte);
  yield* m.pte.setPteAt(vma.mm, addrOf(ptep.vpn), ptep, newpte);
  return 1;
}

/**
 * Change the protection of a range of one area; the caller's gather flushes. Secondary MMUs are stopped before
 * the first entry changes. @kernel change_protection, change_protection_range
 */
export function* changeProtection(
  m: Machine,
  tlb: MmuGather,
  vma: Vma,
  start: Vpn,
  end: Vpn,
  change: ChangeProt,
): Step<number> {
  const range: NotifierRange = { event: 'protection-vma', mm: vma.mm, start, end };
  yield* m.k.tlbStartVma(tlb, vma);
  yield* m.notifier.mmuNotifierInvalidateRangeStart(range);
  const pages = yield* m.k.changePteRange(tlb, vma, start, end, change);
  yield* m.notifier.mmuNotifierInvalidateRangeEnd(range);
  return pages;
}

/** `mprotect` of areas next to each other, one flush for all; the mmap lock is held. @kernel do_mprotect_pkey */
export function* doMprotectPkey(m: Machine, areas: readonly Vma[], prot: Prot): Step<void> {
  const mm = areas[0]?.mm;
  if (mm === undefined) return;
  const tlb = yield* m.k.tlbGatherMmu(mm);
  for (const vma of areas) yield* m.k.changeProtection(tlb, vma, vma.start, vma.end, { prot });
  yield* m.k.tlbFinishMmu(tlb);
}

/** Functions that others call by name. */
export const MPROTECT = {
  canChangePteWritable,
  changePteRange,
  changeNonpresentPte,
  changeProtection,
  doMprotectPkey,
} as const;

type MprotectFunctions = typeof MPROTECT;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends MprotectFunctions {}
}
