/** Write-protecting a range of an address_space. @kernel mm/as_dirty_helpers.c, version 4, June 2019 */
import type { AddressSpace, PageTable, Ptep, Vaddr } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { Machine } from '@racewalk/machine';
import { type ApplyAs, recordTouched } from './apply-as.js';

/** The area being worked on. */
export function vmaOf(aas: ApplyAs) {
  if (aas.vma === null) throw new RangeError('no area is being worked on');
  return aas.vma;
}

/** Leaf callback: write-protect an entry. Returns 0. @kernel apply_pt_wrprotect */
export function* applyPtWrprotect(
  m: Machine,
  pte: Ptep,
  _token: PageTable,
  addr: Vaddr,
  aas: ApplyAs,
): Step<number> {
  const ptent = yield* m.pte.ptepGet(pte);
  if (m.v.pteWrite(ptent)) {
    const vma = vmaOf(aas);
    // What the entry says at the exchange counts, not what it said before: the hardware may have made it dirty.
    const oldPte = yield* m.pte.ptepModifyProtStart(vma, addr, pte);
    yield* m.pte.ptepModifyProtCommit(vma, addr, pte, oldPte, m.v.pteWrprotect(oldPte));
    recordTouched(aas, addr);
  }
  return 0;
}

/**
 * Write-protect all entries that map `nr` pages of `mapping` from `firstIndex` on. Returns how many were
 * writable. Only for address spaces that own their memory: who maps it in another way is not found.
 *
 * @kernel apply_as_wrprotect
 */
export function* applyAsWrprotect(
  m: Machine,
  mapping: AddressSpace,
  firstIndex: number,
  nr: number,
): Step<number> {
  const aas: ApplyAs = {
    mm: null,
    alloc: 0,
    ptefn: (pte, token, addr) => m.k.applyPtWrprotect(pte, token, addr, aas),
    start: 0,
    end: 0,
    total: 0,
    vma: null,
  };
  return yield* m.k.applyAsRange(mapping, aas, firstIndex, nr);
}
