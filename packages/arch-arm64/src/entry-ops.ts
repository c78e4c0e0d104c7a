/** Access flags of arm64: what `__ptep_set_access_flags` and the contpte operations need to know of them. */

import { type AccessFlags, setAccessFlagsNotlbi } from '@racewalk/contpte';
import { type PteWord, pteAnd, pteAndNot, pteAny, pteOr } from '@racewalk/core';
import { PTE } from './layout.js';

const ACCESS_FLAGS = [PTE.AF, PTE.WRITE, PTE.DIRTY].reduce(pteOr);
const ACCESS = pteOr(ACCESS_FLAGS, PTE.RDONLY);

/** `pte` with the access flags of `entry` added: in every bit the more permissive of the two. */
export function morePermissive(pte: PteWord, entry: PteWord): PteWord {
  const flags = pteOr(pte, pteAnd(entry, ACCESS_FLAGS));
  // Read-only is the one flag that permits less when set; the hardware may have cleared it meanwhile.
  return pteAny(entry, PTE.RDONLY) ? flags : pteAndNot(flags, PTE.RDONLY);
}

/** For the contpte operations of core. */
export const arm64AccessFlags: AccessFlags = Object.freeze({
  morePermissive,
  same: (pte: PteWord, entry: PteWord) => pteAnd(pte, ACCESS) === pteAnd(entry, ACCESS),
});

/** Add access flags to one entry. No flush. @kernel __ptep_set_access_flags_notlbi */
export const __ptepSetAccessFlagsNotlbi = setAccessFlagsNotlbi(arm64AccessFlags);
