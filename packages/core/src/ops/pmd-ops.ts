/** The operations on entries above the leaf tables. */
import type { UpperLevel } from '../pte/upper.js';
import type { PteWord } from '../pte/word.js';
import type { Step } from '../step/step.js';
import type { Pfn, Vaddr } from '../units.js';
import type { Mm, Ptep, Vma } from './handles.js';

/**
 * `pmdp_*`, and one level up `pudp_*` under the same names. `addr` is in bytes.
 *
 * @kernel include/linux/pgtable.h, mm/pgtable-generic.c
 */
export interface PmdOps {
  /** Whose entries they are. */
  readonly level: UpperLevel;

  /** Read an entry under its lock. @kernel pmdp_get */
  pmdpGet(pmdp: Ptep): Step<PteWord>;

  /** Read an entry without any lock. @kernel pmdp_get_lockless */
  pmdpGetLockless(pmdp: Ptep): Step<PteWord>;

  /** Store an entry. @kernel set_pmd_at */
  setPmdAt(mm: Mm, addr: Vaddr, pmdp: Ptep, pmd: PteWord): Step<void>;

  /** Empty an entry nobody else changes. @kernel pmd_clear */
  pmdClear(pmdp: Ptep): Step<void>;

  /** Empty an entry and return its old value. @kernel native_pmdp_get_and_clear */
  pmdpGetAndClear(mm: Mm, addr: Vaddr, pmdp: Ptep): Step<PteWord>;

  /** The same; `full` says that the whole address space is going away. */
  pmdpGetAndClearFull(vma: Vma, addr: Vaddr, pmdp: Ptep, full: boolean): Step<PteWord>;

  /** Empty the entry of a huge page and return it. No flush. @kernel pmdp_huge_get_and_clear */
  pmdpHugeGetAndClear(mm: Mm, addr: Vaddr, pmdp: Ptep): Step<PteWord>;

  /** @kernel pmdp_huge_get_and_clear_full */
  pmdpHugeGetAndClearFull(vma: Vma, addr: Vaddr, pmdp: Ptep, full: boolean): Step<PteWord>;

  /** Empty the entry of a huge page, flush, return it. @kernel pmdp_huge_clear_flush */
  pmdpHugeClearFlush(vma: Vma, addr: Vaddr, pmdp: Ptep): Step<PteWord>;

  /** Make an entry old; returns whether it was young. No flush. @kernel pmdp_test_and_clear_young */
  pmdpTestAndClearYoung(vma: Vma, addr: Vaddr, pmdp: Ptep): Step<boolean>;

  /** Make an entry old, and flush if it was young. @kernel pmdp_clear_flush_young */
  pmdpClearFlushYoung(vma: Vma, addr: Vaddr, pmdp: Ptep): Step<boolean>;

  /** Take the write permission away; dirty is kept. No flush. @kernel pmdp_set_wrprotect */
  pmdpSetWrprotect(mm: Mm, addr: Vaddr, pmdp: Ptep): Step<void>;

  /**
   * Make an entry more permissive, never less. Flushes if something changed. Returns whether something
   * changed. @kernel pmdp_set_access_flags
   */
  pmdpSetAccessFlags(vma: Vma, addr: Vaddr, pmdp: Ptep, entry: PteWord, dirty: boolean): Step<boolean>;

  /** Replace an entry and return the old value. No flush. @kernel pmdp_establish */
  pmdpEstablish(vma: Vma, addr: Vaddr, pmdp: Ptep, pmd: PteWord): Step<PteWord>;

  /** Make a huge page invalid for the hardware but present for the kernel, and flush. @kernel pmdp_invalidate */
  pmdpInvalidate(vma: Vma, addr: Vaddr, pmdp: Ptep): Step<PteWord>;

  /** The same, but only promises that young and dirty no longer change. @kernel pmdp_invalidate_ad */
  pmdpInvalidateAd(vma: Vma, addr: Vaddr, pmdp: Ptep): Step<PteWord>;

  /** Take a table out, to put a huge page in its place, and flush. @kernel pmdp_collapse_flush */
  pmdpCollapseFlush(vma: Vma, addr: Vaddr, pmdp: Ptep): Step<PteWord>;

  /**
   * Map a huge page for the kernel itself, unless the entry points to a table. Returns whether it did. No lock:
   * nothing else uses the range. @kernel pmd_set_huge
   */
  pmdSetHuge(pmdp: Ptep, pfn: Pfn, prot: PteWord): Step<boolean>;

  /** Undo it. Returns whether there was a huge page. No flush. @kernel pmd_clear_huge */
  pmdClearHuge(pmdp: Ptep): Step<boolean>;
}
