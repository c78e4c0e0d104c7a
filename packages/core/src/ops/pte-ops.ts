/** The operations on page entries, as Linux names them. */
import type { PteWord } from '../pte/word.js';
import type { Step } from '../step/step.js';
import type { Vaddr } from '../units.js';
import type { Mm, Ptep, Vma } from './handles.js';

/** What `clearYoungDirtyPtes` clears. @kernel cydp_t */
export interface Cydp {
  readonly young: boolean;
  readonly dirty: boolean;
}

/**
 * `ptep_*` and `*_ptes`: what an architecture provides. An operation takes the kernel's arguments in the
 * kernel's order; `addr` is in bytes, `nr` is at least 1, and the `nr` entries lie in one table.
 *
 * @kernel include/linux/pgtable.h
 */
export interface PteOps {
  /** Read an entry under the page-table lock. @kernel ptep_get */
  ptepGet(ptep: Ptep): Step<PteWord>;

  /** Read an entry without any lock. @kernel ptep_get_lockless */
  ptepGetLockless(ptep: Ptep): Step<PteWord>;

  /** Store an entry. @kernel set_pte */
  setPte(ptep: Ptep, pte: PteWord): Step<void>;

  /** Store one entry. @kernel set_pte_at */
  setPteAt(mm: Mm, addr: Vaddr, ptep: Ptep, pte: PteWord): Step<void>;

  /** Store `nr` entries for consecutive frames. @kernel set_ptes */
  setPtes(mm: Mm, addr: Vaddr, ptep: Ptep, pte: PteWord, nr: number): Step<void>;

  /** Empty an entry that nothing else changes. @kernel pte_clear */
  pteClear(mm: Mm, addr: Vaddr, ptep: Ptep): Step<void>;

  /** Empty an entry whose value does not matter. @kernel ptep_clear */
  ptepClear(mm: Mm, addr: Vaddr, ptep: Ptep): Step<void>;

  /** Empty an entry and return its old value. @kernel ptep_get_and_clear */
  ptepGetAndClear(mm: Mm, addr: Vaddr, ptep: Ptep): Step<PteWord>;

  /** The same; `full` says that the whole address space is going away. @kernel ptep_get_and_clear_full */
  ptepGetAndClearFull(mm: Mm, addr: Vaddr, ptep: Ptep, full: boolean): Step<PteWord>;

  /**
   * Empty `nr` entries of one folio; returns the first with young and dirty of all of them.
   * @kernel get_and_clear_full_ptes
   */
  getAndClearFullPtes(mm: Mm, addr: Vaddr, ptep: Ptep, nr: number, full: boolean): Step<PteWord>;

  /** Empty `nr` entries whose values do not matter any more. @kernel clear_full_ptes */
  clearFullPtes(mm: Mm, addr: Vaddr, ptep: Ptep, nr: number, full: boolean): Step<void>;

  /** Empty `nr` non-present entries. @kernel clear_not_present_full_ptes */
  clearNotPresentFullPtes(mm: Mm, addr: Vaddr, ptep: Ptep, nr: number, full: boolean): Step<void>;

  /** Make an entry old; returns whether it was young. No flush. @kernel ptep_test_and_clear_young */
  ptepTestAndClearYoung(vma: Vma, addr: Vaddr, ptep: Ptep): Step<boolean>;

  /** Make an entry old, and flush if it was young. @kernel ptep_clear_flush_young */
  ptepClearFlushYoung(vma: Vma, addr: Vaddr, ptep: Ptep): Step<boolean>;

  /** Empty an entry, flush if a TLB may hold it, return it. @kernel ptep_clear_flush */
  ptepClearFlush(vma: Vma, addr: Vaddr, ptep: Ptep): Step<PteWord>;

  /** Take the write permission away; dirty is kept. No flush. @kernel ptep_set_wrprotect */
  ptepSetWrprotect(mm: Mm, addr: Vaddr, ptep: Ptep): Step<void>;

  /** The same for `nr` entries of one folio. @kernel wrprotect_ptes */
  wrprotectPtes(mm: Mm, addr: Vaddr, ptep: Ptep, nr: number): Step<void>;

  /**
   * Make an entry more permissive: young, dirty, writable as `entry` says, never less. Flushes if
   * something changed and `dirty`. Returns whether something changed. @kernel ptep_set_access_flags
   */
  ptepSetAccessFlags(vma: Vma, addr: Vaddr, ptep: Ptep, entry: PteWord, dirty: boolean): Step<boolean>;

  /** Take an entry out for a change of protection. @kernel ptep_modify_prot_start */
  ptepModifyProtStart(vma: Vma, addr: Vaddr, ptep: Ptep): Step<PteWord>;

  /** Put the changed entry back. @kernel ptep_modify_prot_commit */
  ptepModifyProtCommit(vma: Vma, addr: Vaddr, ptep: Ptep, old: PteWord, pte: PteWord): Step<void>;

  /** Make `nr` entries of one folio old, clean, or both. No flush. @kernel clear_young_dirty_ptes */
  clearYoungDirtyPtes(vma: Vma, addr: Vaddr, ptep: Ptep, nr: number, flags: Cydp): Step<void>;
}
