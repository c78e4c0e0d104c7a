/** The operations of arm64: those on contiguous blocks, with the access flags of its entries. */
import { type EntryMachine, type PteWord, pteAnd, pteAndNot, pteAny, pteOr } from '@racewalk/core';
import { type AccessFlags, ContpteOps } from '@racewalk/core/contpte';
import { PTE } from './layout.js';

const ACCESS_FLAGS = [PTE.AF, PTE.WRITE, PTE.DIRTY].reduce(pteOr);
const ACCESS = pteOr(ACCESS_FLAGS, PTE.RDONLY);

/** `pte` with the access flags of `entry` added: in every bit the more permissive of the two. */
export function morePermissive(pte: PteWord, entry: PteWord): PteWord {
  const flags = pteOr(pte, pteAnd(entry, ACCESS_FLAGS));
  // Read-only is the one flag that permits less when set; the hardware may have cleared it meanwhile.
  return pteAny(entry, PTE.RDONLY) ? flags : pteAndNot(flags, PTE.RDONLY);
}

const accessFlags: AccessFlags = Object.freeze({
  morePermissive,
  same: (pte: PteWord, entry: PteWord) => pteAnd(pte, ACCESS) === pteAnd(entry, ACCESS),
});

/** @kernel arch/arm64/include/asm/pgtable.h, arch/arm64/mm/contpte.c */
export class Arm64Ops extends ContpteOps {
  constructor(m: EntryMachine) {
    super(m, accessFlags);
  }
}
