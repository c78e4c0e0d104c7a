/** Unmapping several pages of a lazily freed folio at once. (mm/rmap.c, Linux 6.17; the batch ends at a permission since 7.0) */
import { addrOf, PAGE_SIZE, type Ptep, type PteWord, type Vma } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { Machine } from '@racewalk/machine';
import type { Folio } from '../folio-table.js';

/**
 * How many entries from `pte` on can be emptied as one, and put back as one if they must stay: they agree in permission.
 * @kernel folio_unmap_pte_batch
 */
export function* folioUnmapPteBatch(
  m: Machine,
  folio: Folio,
  vma: Vma,
  ptep: Ptep,
  pte: PteWord,
): Step<number> {
  const flags = { ignoreDirty: true, ignoreSoftDirty: true, respectWrite: true };
  return (yield* m.k.folioPteBatch(folio, ptep, pte, vma.end - ptep.vpn, flags)).nr;
}

/**
 * The entries of one batch of a lazily freed folio: emptied and flushed, then given up, or put back if somebody has
 * stored or holds the folio. Returns how many they were, or 0 where they stay. The folio and the table are locked.
 * @kernel try_to_unmap_one (batched)
 */
export function* tryToUnmapLazyfreeBatch(m: Machine, folio: Folio, vma: Vma, ptep: Ptep): Step<number> {
  const { mm } = vma;
  const addr = addrOf(ptep.vpn);
  const pte = yield* m.pte.ptepGet(ptep);
  const page = m.v.ptePresent(pte) ? m.world.frames.at(m.v.ptePfn(pte)) : undefined;
  if (page?.folio !== folio) return 0;
  const nr = yield* m.k.folioUnmapPteBatch(folio, vma, ptep, pte);
  const pteval = yield* m.pte.getAndClearFullPtes(mm, addr, ptep, nr, false);
  yield* m.tlb.flushTlbRange(vma, addr, addr + nr * PAGE_SIZE);
  if (m.v.pteDirty(pteval)) yield* m.k.folioMarkDirty(folio);
  yield* m.k.smpMb();
  const refCount = yield* m.k.folioRefCount(folio);
  const mapCount = yield* m.k.folioMapcount(folio);
  yield* m.k.smpRmb();
  if (refCount !== 1 + mapCount || (yield* m.k.folioTestDirty(folio))) {
    yield* m.pte.setPtes(mm, addr, ptep, pteval, nr);
    return 0;
  }
  yield* m.k.folioRemoveRmapPtes(folio, page, nr);
  yield* m.k.folioPutRefs(folio, nr);
  return nr;
}

/** Functions that others call by name. */
export const UNMAP_BATCH = { folioUnmapPteBatch, tryToUnmapLazyfreeBatch } as const;

type UnmapBatchFunctions = typeof UNMAP_BATCH;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends UnmapBatchFunctions {}
}
