/** How fork copies entries that map nothing. (mm/memory.c, Linux 6.12) */
import { addrOf, type Ptep, type PteWord, type Vma } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { Machine } from '@racewalk/machine';
import { deviceExclusiveEntry } from '../swapops.js';

/** Copied; the entry is present now; its page is locked by somebody. */
export type Copied = 0 | 'ENOENT' | 'EBUSY';

/** A marker that says that the page is broken. @kernel PTE_MARKER_POISONED */
const PTE_MARKER_POISONED = 2;

/** What a swap or migration entry is in both processes: the page is shared now, and neither may just write it. */
function shared(m: Machine, srcVma: Vma, pte: PteWord): PteWord {
  const { swap } = m.arch;
  const entry = swap.pteToSwpEntry(pte);
  if (!swap.isMigrationEntry(entry)) return swap.pteSwpClearExclusive(pte);
  // Neither writable nor exclusive survives a fork where pages are copied on write.
  if (!m.k.isCowMapping(srcVma)) return pte;
  let readable = swap.swpEntryToPte(swap.makeReadableMigrationEntry(entry.offset));
  if (swap.pteSwpSoftDirty(pte)) readable = swap.pteSwpMksoftDirty(readable);
  return swap.pteSwpUffdWp(pte) ? swap.pteSwpMkuffdWp(readable) : readable;
}

/**
 * Copy what is not present; `pte` was read under both page-table locks, which are held. A device-exclusive entry is never
 * copied: it is made present in the parent (`ENOENT`: go on as with a present one), or the page is busy. What marks a
 * page for userfaultfd stays behind, because the child's area is not registered. @kernel copy_nonpresent_pte
 */
export function* copyNonpresentPte(
  m: Machine,
  dstVma: Vma,
  srcVma: Vma,
  dstPte: Ptep,
  srcPte: Ptep,
  pte: PteWord,
): Step<Copied> {
  const { swap } = m.arch;
  if (deviceExclusiveEntry(m, pte) !== null)
    return (yield* m.k.tryRestoreExclusivePte(srcPte, srcVma, pte)) ? 'ENOENT' : 'EBUSY';
  const addr = addrOf(dstPte.vpn);
  if (swap.isPteMarker(pte)) {
    const marker = swap.pteToSwpEntry(pte).offset & PTE_MARKER_POISONED;
    if (marker !== 0) yield* m.pte.setPteAt(dstVma.mm, addr, dstPte, swap.makePteMarker(marker));
    return 0;
  }
  const copy = shared(m, srcVma, pte);
  const entry = swap.pteToSwpEntry(pte);
  // Counted before the child has it: the parent's fault may drop the slot as soon as its lock is free.
  if (!swap.isMigrationEntry(entry)) yield* m.k.swapDuplicate(entry);
  if (copy !== pte) yield* m.pte.setPteAt(srcVma.mm, addrOf(srcPte.vpn), srcPte, copy);
  yield* m.pte.setPteAt(dstVma.mm, addr, dstPte, swap.pteSwpClearUffdWp(copy));
  return 0;
}

/** Functions that others call by name. */
export const COPY_NONPRESENT = { copyNonpresentPte } as const;

type CopyNonpresentFunctions = typeof COPY_NONPRESENT;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends CopyNonpresentFunctions {}
}
