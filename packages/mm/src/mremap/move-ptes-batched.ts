/** The move of entries as it is since Linux 6.17: those of a folded block go as one. (mm/mremap.c) */
import { PAGE_SIZE, type Ptep, type PteWord, ptepAdd, type Vaddr, type Vma } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { Machine } from '@racewalk/machine';
import type { MoveRange } from './move-ptes.js';

/** How many entries from `ptep` on move as one: only where the rest of a block is known to be like it. @kernel mremap_folio_pte_batch */
export function* mremapFolioPteBatch(
  m: Machine,
  _vma: Vma,
  _addr: Vaddr,
  ptep: Ptep,
  pte: PteWord,
  maxNr: number,
): Step<number> {
  if (maxNr === 1 || m.k.pteBatchHint(ptep, pte) === 1) return 1;
  const folio = m.world.frames.at(m.v.ptePfn(pte))?.folio;
  if (folio === undefined || folio.frames.length === 1) return 1;
  const flags = { ignoreDirty: true, ignoreSoftDirty: true };
  return (yield* m.k.folioPteBatch(folio, ptep, pte, maxNr, flags)).nr;
}

/**
 * Takes the place of `moveLocked`: each batch is taken out by one operation, and set by one. Its value has the access and dirty
 * state of all its entries. @kernel move_ptes (6.17)
 */
export function* moveLockedBatched(
  m: Machine,
  vma: Vma,
  old: Ptep,
  fresh: Ptep,
  { oldAddr, oldEnd, newAddr }: MoveRange,
): Step<void> {
  const { mm } = vma;
  let forceFlush = false;
  yield* m.k.flushTlbBatchedPending(mm);
  yield* m.k.archEnterLazyMmuMode();
  for (let offset = 0, nr = 1; oldAddr + offset < oldEnd; offset += nr * PAGE_SIZE) {
    const [from, to] = [oldAddr + offset, newAddr + offset];
    const oldPte = ptepAdd(old, offset / PAGE_SIZE);
    const newPte = ptepAdd(fresh, offset / PAGE_SIZE);
    nr = 1;
    const found = yield* m.pte.ptepGet(oldPte);
    if (m.v.pteNone(found)) continue;
    if (m.v.ptePresent(found)) {
      nr = yield* m.k.mremapFolioPteBatch(vma, from, oldPte, found, (oldEnd - from) / PAGE_SIZE);
      forceFlush = true;
    }
    let pte = yield* m.pte.getAndClearFullPtes(mm, from, oldPte, nr, false);
    pte = m.k.movePte(pte, from, to);
    pte = m.k.moveSoftDirtyPte(pte);
    yield* m.pte.setPtes(mm, to, newPte, pte, nr);
  }
  yield* m.k.archLeaveLazyMmuMode();
  if (forceFlush) yield* m.tlb.flushTlbRange(vma, oldAddr, oldEnd);
}

/** Functions that others call by name. */
export const MOVE_PTES_BATCHED = { mremapFolioPteBatch } as const;

type MovePtesBatchedFunctions = typeof MOVE_PTES_BATCHED;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends MovePtesBatchedFunctions {}
}
