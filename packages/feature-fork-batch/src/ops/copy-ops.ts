/** The parts of the copy that a race may want to replace, with what Linux does in each. */
import { addrOf, type Ptep, type PteWord, type Vma } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { Folio, Frame, Machine } from '@racewalk/machine';
import { type FindBatch, folioPteBatch, folioTryDupAnonRmapPtes } from '@racewalk/mm';

/** Takes the write permission of `nr` entries of the parent away; `pte` is what the first said. */
export type ProtectParent = (m: Machine, src: Vma, ptep: Ptep, pte: PteWord, nr: number) => Step<void>;

/** How pages get their second owner; false if one must be copied instead. */
export type DupRmap = (m: Machine, folio: Folio, page: Frame, nr: number, src: Vma) => Step<boolean>;

/** The replaceable parts. */
export interface CopyOps {
  /** Finds a batch; null copies one entry at a time. */
  readonly batch: FindBatch | null;
  readonly protect: ProtectParent;
  readonly dupRmap: DupRmap;
  /** References taken for so many entries of the child. */
  readonly references: (nr: number) => number;
  /** What the child gets for the parent's entry. */
  readonly childEntry: (m: Machine, src: Vma, pte: PteWord) => PteWord;
}

/** Copy on write is for private areas that may become writable. @kernel is_cow_mapping */
export const isCowMapping = (vma: Vma): boolean => !vma.shared && vma.prot.write;

/**
 * Write-protect a run of entries of one folio, blocks covered whole without unfolding them. The name is
 * that of part 13 of the series; merged it became `wrprotect_ptes`. @kernel ptep_set_wrprotects
 */
export const ptepSetWrprotects: ProtectParent = (m, src, ptep, _pte, nr) =>
  m.pte.wrprotectPtes(src.mm, addrOf(ptep.vpn), ptep, nr);

/** Old, clean where the mapping is shared, and never more writable than the parent's. */
export function childEntry(m: Machine, src: Vma, pte: PteWord): PteWord {
  const { v } = m;
  const protectedPte = isCowMapping(src) && v.pteWrite(pte) ? v.pteWrprotect(pte) : pte;
  const clean = src.shared ? v.pteMkclean(protectedPte) : protectedPte;
  return v.pteClearUffdWp(v.pteMkold(clean));
}

/** In batches, as since Linux 6.9. */
export const LINUX_COPY: CopyOps = Object.freeze({
  batch: folioPteBatch,
  protect: ptepSetWrprotects,
  dupRmap: folioTryDupAnonRmapPtes,
  references: (nr: number) => nr,
  childEntry,
});

/** Linux's parts with some replaced. */
export const copyOps = (changes: Partial<CopyOps>): CopyOps => Object.freeze({ ...LINUX_COPY, ...changes });
