/**
 * Values of C as what they are here. A pointer to a struct that the model has is that object; which one it is the signature of
 * the helper says, and arguments are checked against it before the helper runs.
 */
import type { Mm, Ptep, PteWord, Vma } from '@racewalk/core';
import type { Frame } from '@racewalk/machine';
import type { Folio, MmuGather } from '@racewalk/mm';

/** `struct vm_area_struct *` */
export const asVma = (v: unknown): Vma => v as Vma;

/** `struct mm_struct *` */
export const asMm = (v: unknown): Mm => v as Mm;

/** `pte_t *`, `pmd_t *` */
export const asPtep = (v: unknown): Ptep => v as Ptep;

/** `pte_t`, `pmd_t` */
export const asEntry = (v: unknown): PteWord => v as PteWord;

/** `struct folio *` */
export const asFolio = (v: unknown): Folio => v as Folio;

/** `struct page *` */
export const asFrame = (v: unknown): Frame => v as Frame;

/** `struct mmu_gather *` */
export const asGather = (v: unknown): MmuGather => v as MmuGather;

/** A page, or the first of a folio. */
export function pageOf(p: unknown): Frame {
  const frames = (p as { readonly frames?: readonly Frame[] }).frames;
  return frames?.[0] ?? asFrame(p);
}
