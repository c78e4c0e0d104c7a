/** Faults on empty entries, in anonymous memory. (mm/memory.c, Linux 6.12) */
import { addrOf } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { Machine } from '@racewalk/machine';
import { mapLock, unmapUnlock } from '../pgtable-generic/pte-offset-map.js';
import { notUsed } from './spare-pages.js';
import type { VmFault } from './vm-fault.js';

/**
 * Map a new page if the entry is still empty.
 * Returns the id of the entry it has made, or 0 if another thread was faster. @kernel do_anonymous_page
 */
export function* doAnonymousPage(m: Machine, { vma, ptep: address }: VmFault): Step<number> {
  const { v } = m;
  const page = m.k.folioPrealloc();
  const addr = addrOf(address.vpn);
  const young = v.pteMkyoung(v.pfnPte(page.pfn, v.mkProt({ ...vma.prot, write: false })));
  const entry = vma.prot.write ? v.pteMkwrite(v.pteMkdirty(young)) : young;
  const ptep = yield* mapLock(m, vma, address.vpn);
  if (ptep === null) {
    notUsed(m, page);
    return 0;
  }
  const none = v.pteNone(yield* m.pte.ptepGet(ptep));
  if (none) {
    yield* m.k.folioAddNewAnonRmap(page.folio);
    yield* m.pte.setPteAt(vma.mm, addr, ptep, entry);
  } else {
    notUsed(m, page);
  }
  // Also where another thread was faster (update_mmu_tlb): what refused the access may still be cached.
  yield* m.k.updateMmuCache(vma, addr);
  yield* unmapUnlock(m, vma, ptep);
  return none ? entry.id : 0;
}

/** Functions that others call by name. */
export const ANON = { doAnonymousPage } as const;

type AnonFunctions = typeof ANON;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends AnonFunctions {}
}
