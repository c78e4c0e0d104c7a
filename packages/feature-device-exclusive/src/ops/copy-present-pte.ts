import { addrOf, type Ptep, type PteWord, type Vma } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { Machine } from '@racewalk/machine';

/** Two places of one fork: the same page of the parent's area and of the child's. */
export interface CopyPlace {
  readonly srcVma: Vma;
  readonly srcPte: Ptep;
  readonly dstVma: Vma;
  readonly dstPte: Ptep;
}

/**
 * Share a present page: write permission is taken away on both sides, the child gets a reference and a
 * mapping. @kernel copy_present_pte
 */
export function* copyPresentPte(m: Machine, place: CopyPlace, pte: PteWord): Step<void> {
  const { srcVma, srcPte, dstVma, dstPte } = place;
  const page = m.k.vmNormalPage(pte);
  if (page === null) return;
  yield* m.k.folioRefAdd(page.folio);
  yield* m.k.pageAddAnonRmap(page);
  yield* m.k.addMmCounter(dstVma.mm, 1);
  if (m.v.pteWrite(pte)) yield* m.pte.ptepSetWrprotect(srcVma.mm, addrOf(srcPte.vpn), srcPte);
  yield* m.pte.setPteAt(dstVma.mm, addrOf(dstPte.vpn), dstPte, m.v.pteMkold(m.v.pteWrprotect(pte)));
}
