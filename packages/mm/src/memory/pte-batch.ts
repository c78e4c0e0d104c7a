/** How many entries in a row map consecutive pages of one folio in the same way. (mm/internal.h, Linux 6.9) */
import { type Ptep, type PteWord, ptepAdd } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { Machine } from '@racewalk/machine';
import type { Folio } from '../folio-table.js';

/** In what the entries of a batch may differ; the access flag always, and the write permission unless it is respected. @kernel fpb_t */
export interface FpbFlags {
  /** @kernel FPB_IGNORE_DIRTY */
  readonly ignoreDirty?: boolean;
  /** @kernel FPB_IGNORE_SOFT_DIRTY */
  readonly ignoreSoftDirty?: boolean;
  /** @kernel FPB_RESPECT_WRITE (Linux 6.17) */
  readonly respectWrite?: boolean;
}

/** The result of a batch. */
export interface PteBatch {
  /** Entries, at least 1. */
  readonly nr: number;
  /** One of the entries after the first is writable. */
  readonly anyWritable: boolean;
}

/**
 * Entries from here on that certainly belong together, without reading them: the rest of a folded block, else
 * this one alone. @kernel pte_batch_hint
 */
export function pteBatchHint(m: Machine, ptep: Ptep, pte: PteWord): number {
  if (!m.v.pteValid(pte) || !m.v.pteCont(pte)) return 1;
  return m.contPtes - (ptep.vpn % m.contPtes);
}

/** The entry without what may differ within a batch. @kernel __pte_batch_clear_ignored */
export function pteBatchClearIgnored(m: Machine, pte: PteWord, flags: FpbFlags): PteWord {
  const { v } = m;
  let plain = v.pteMkold(pte);
  if (flags.respectWrite !== true) plain = v.pteWrprotect(plain);
  if (flags.ignoreDirty === true) plain = v.pteMkclean(plain);
  if (flags.ignoreSoftDirty === true) plain = v.pteClearSoftDirty(plain);
  return plain;
}

/**
 * Entries from `startPtep` on, at most `maxNr`, that map consecutive pages of `folio` and differ in
 * nothing but what `flags` allow. `pte` is the entry at `startPtep`. Under the page-table lock; the
 * hardware may still set flags, which either are ignored or end the batch early. @kernel folio_pte_batch
 */
export function* folioPteBatch(
  m: Machine,
  folio: Folio,
  startPtep: Ptep,
  pte: PteWord,
  maxNr: number,
  flags: FpbFlags,
): Step<PteBatch> {
  const { v } = m;
  const folioEndPfn = (folio.frames[0]?.pfn ?? 0) + folio.frames.length;
  let anyWritable = false;
  let nr = m.k.pteBatchHint(startPtep, pte);
  let expected = m.k.pteBatchClearIgnored(v.pteAdvancePfn(pte, nr), flags);
  while (nr < maxNr) {
    const ptep = ptepAdd(startPtep, nr);
    const found = yield* m.pte.ptepGet(ptep);
    if (!v.pteSame(m.k.pteBatchClearIgnored(found, flags), expected)) break;
    // The next frame in a row may belong to another folio, mapped by chance directly after this one.
    if (v.ptePfn(found) >= folioEndPfn) break;
    anyWritable ||= v.pteWrite(found);
    const hint = m.k.pteBatchHint(ptep, found);
    expected = v.pteAdvancePfn(expected, hint);
    nr += hint;
  }
  return { nr: Math.min(nr, maxNr), anyWritable };
}

/** Functions that others call by name. */
export const PTE_BATCH = { pteBatchHint, pteBatchClearIgnored, folioPteBatch } as const;

type PteBatchFunctions = typeof PTE_BATCH;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends PteBatchFunctions {}
}
