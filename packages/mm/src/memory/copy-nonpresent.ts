/** How fork copies entries that map nothing. (mm/memory.c, Linux 5.14) */
import { addrOf, type Ptep, type PteWord, type Vma } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { Machine } from '@racewalk/machine';
import { deviceExclusiveEntry } from '../swapops.js';

/** Copied; the entry is present now; its page is locked by somebody. */
export type Copied = 0 | 'ENOENT' | 'EBUSY';

/**
 * Copy what is not present. A device-exclusive entry is never copied: it is made present in the parent (`ENOENT`: go
 * on as with a present one), or the page is busy. Both page-table locks are held. @kernel copy_nonpresent_pte
 */
export function* copyNonpresentPte(
  m: Machine,
  dstVma: Vma,
  srcVma: Vma,
  dstPte: Ptep,
  srcPte: Ptep,
  pte: PteWord,
): Step<Copied> {
  if (deviceExclusiveEntry(m, pte) !== null)
    return (yield* m.k.tryRestoreExclusivePte(srcPte, srcVma, pte)) ? 'ENOENT' : 'EBUSY';
  yield* m.pte.setPteAt(dstVma.mm, addrOf(dstPte.vpn), dstPte, pte);
  return 0;
}

/** Functions that others call by name. */
export const COPY_NONPRESENT = { copyNonpresentPte } as const;

type CopyNonpresentFunctions = typeof COPY_NONPRESENT;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends CopyNonpresentFunctions {}
}
