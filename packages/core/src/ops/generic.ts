/**
 * The `ptep_*` and `*_ptes` operations with the bodies an architecture gets if it does nothing
 * (include/linux/pgtable.h). The bodies that read and then write are right only where no hardware
 * changes entries; an architecture whose hardware does must override them, and the suite finds out if
 * it does not.
 *
 * An operation reads like the kernel's: same arguments, same order, `addr` in bytes. `nr` is at least 1,
 * and the `nr` entries lie in one table.
 */
import type { Machine } from '@racewalk/machine';
import { pteAccessible } from '@racewalk/mm';
import { PTE_ZERO, type PteWord } from '../pte/word.js';
import type { Step } from '../step/step.js';
import { PAGE_SIZE, type Vaddr } from '../units.js';
import { type Mm, type Ptep, ptepAdd, type Vma } from './handles.js';

/** What `clearYoungDirtyPtes` clears. @kernel cydp_t */
export interface Cydp {
  readonly young: boolean;
  readonly dirty: boolean;
}

/** The operations of an architecture that overrides nothing. */
export class GenericPteOps {
  constructor(protected readonly m: Machine) {}

  /** Read an entry under the page-table lock. @kernel ptep_get */
  *ptepGet(ptep: Ptep): Step<PteWord> {
    return yield* this.m.entries.readOnce(ptep, 'ptep_get');
  }

  /** Read an entry without any lock. @kernel ptep_get_lockless */
  *ptepGetLockless(ptep: Ptep): Step<PteWord> {
    return yield* this.m.entries.readOnce(ptep, 'ptep_get_lockless');
  }

  /** Store an entry. @kernel set_pte */
  *setPte(ptep: Ptep, pte: PteWord): Step<void> {
    yield* this.m.entries.writeOnce(ptep, pte, 'set_pte');
  }

  /** Store one entry. @kernel set_pte_at */
  *setPteAt(mm: Mm, addr: Vaddr, ptep: Ptep, pte: PteWord): Step<void> {
    yield* this.setPtes(mm, addr, ptep, pte, 1);
  }

  /** Store `nr` entries for consecutive frames. @kernel set_ptes */
  *setPtes(_mm: Mm, _addr: Vaddr, ptep: Ptep, pte: PteWord, nr: number): Step<void> {
    let value = pte;
    for (let i = 0; i < nr; i++) {
      yield* this.setPte(ptepAdd(ptep, i), value);
      if (i + 1 < nr) value = this.m.v.pteAdvancePfn(value, 1);
    }
  }

  /** Empty an entry nobody else changes. @kernel pte_clear */
  *pteClear(_mm: Mm, _addr: Vaddr, ptep: Ptep): Step<void> {
    yield* this.m.entries.writeOnce(ptep, PTE_ZERO, 'pte_clear');
  }

  /** Empty an entry whose value does not matter. @kernel ptep_clear */
  *ptepClear(mm: Mm, addr: Vaddr, ptep: Ptep): Step<void> {
    yield* this.ptepGetAndClear(mm, addr, ptep);
  }

  /** Empty an entry and return what stood there. @kernel ptep_get_and_clear */
  *ptepGetAndClear(mm: Mm, addr: Vaddr, ptep: Ptep): Step<PteWord> {
    // The hardware may set a bit between the two: fine only if it never sets any.
    const pte = yield* this.ptepGet(ptep);
    yield* this.pteClear(mm, addr, ptep);
    return pte;
  }

  /** The same; `full` says that the whole address space is going away. @kernel ptep_get_and_clear_full */
  *ptepGetAndClearFull(mm: Mm, addr: Vaddr, ptep: Ptep, _full: boolean): Step<PteWord> {
    return yield* this.ptepGetAndClear(mm, addr, ptep);
  }

  /**
   * Empty `nr` entries of one folio; returns the first with young and dirty of all of them.
   * @kernel get_and_clear_full_ptes
   */
  *getAndClearFullPtes(mm: Mm, addr: Vaddr, ptep: Ptep, nr: number, full: boolean): Step<PteWord> {
    const { v } = this.m;
    let pte = yield* this.ptepGetAndClearFull(mm, addr, ptep, full);
    for (let i = 1; i < nr; i++) {
      const tmp = yield* this.ptepGetAndClearFull(mm, addr + i * PAGE_SIZE, ptepAdd(ptep, i), full);
      if (v.pteDirty(tmp)) pte = v.pteMkdirty(pte);
      if (v.pteYoung(tmp)) pte = v.pteMkyoung(pte);
    }
    return pte;
  }

  /** Empty `nr` entries whose values do not matter any more. @kernel clear_full_ptes */
  *clearFullPtes(mm: Mm, addr: Vaddr, ptep: Ptep, nr: number, full: boolean): Step<void> {
    for (let i = 0; i < nr; i++) {
      yield* this.ptepGetAndClearFull(mm, addr + i * PAGE_SIZE, ptepAdd(ptep, i), full);
    }
  }

  /** Empty `nr` non-present entries. @kernel clear_not_present_full_ptes */
  *clearNotPresentFullPtes(mm: Mm, addr: Vaddr, ptep: Ptep, nr: number, _full: boolean): Step<void> {
    for (let i = 0; i < nr; i++) yield* this.pteClear(mm, addr + i * PAGE_SIZE, ptepAdd(ptep, i));
  }

  /** Make an entry old; returns whether it was young. No flush. @kernel ptep_test_and_clear_young */
  *ptepTestAndClearYoung(vma: Vma, addr: Vaddr, ptep: Ptep): Step<boolean> {
    const pte = yield* this.ptepGet(ptep);
    if (!this.m.v.pteYoung(pte)) return false;
    yield* this.setPteAt(vma.mm, addr, ptep, this.m.v.pteMkold(pte));
    return true;
  }

  /** Make an entry old, and flush if it was young. @kernel ptep_clear_flush_young */
  *ptepClearFlushYoung(vma: Vma, addr: Vaddr, ptep: Ptep): Step<boolean> {
    const young = yield* this.ptepTestAndClearYoung(vma, addr, ptep);
    if (young) yield* this.m.tlb.flushTlbPage(vma, addr);
    return young;
  }

  /** Empty an entry, flush if anybody could have it cached, return it. @kernel ptep_clear_flush */
  *ptepClearFlush(vma: Vma, addr: Vaddr, ptep: Ptep): Step<PteWord> {
    const pte = yield* this.ptepGetAndClear(vma.mm, addr, ptep);
    if (yield* pteAccessible(this.m, vma.mm, pte)) yield* this.m.tlb.flushTlbPage(vma, addr);
    return pte;
  }

  /** Take the write permission away; dirty is kept. No flush. @kernel ptep_set_wrprotect */
  *ptepSetWrprotect(mm: Mm, addr: Vaddr, ptep: Ptep): Step<void> {
    const old = yield* this.ptepGet(ptep);
    yield* this.setPteAt(mm, addr, ptep, this.m.v.pteWrprotect(old));
  }

  /** The same for `nr` entries of one folio. @kernel wrprotect_ptes */
  *wrprotectPtes(mm: Mm, addr: Vaddr, ptep: Ptep, nr: number): Step<void> {
    for (let i = 0; i < nr; i++) {
      yield* this.ptepSetWrprotect(mm, addr + i * PAGE_SIZE, ptepAdd(ptep, i));
    }
  }

  /**
   * Make an entry more permissive: young, dirty, writable as `entry` says, never less. Flushes if
   * something changed and `dirty`. Returns whether something changed. @kernel ptep_set_access_flags
   */
  *ptepSetAccessFlags(vma: Vma, addr: Vaddr, ptep: Ptep, entry: PteWord, dirty: boolean): Step<boolean> {
    const old = yield* this.ptepGet(ptep);
    if (this.m.v.pteSame(old, entry)) return false;
    yield* this.setPteAt(vma.mm, addr, ptep, entry);
    if (dirty) yield* this.m.tlb.flushTlbPage(vma, addr);
    return true;
  }

  /** Take an entry out for a change of protection. @kernel ptep_modify_prot_start */
  *ptepModifyProtStart(vma: Vma, addr: Vaddr, ptep: Ptep): Step<PteWord> {
    return yield* this.ptepGetAndClear(vma.mm, addr, ptep);
  }

  /** Put the changed entry back. @kernel ptep_modify_prot_commit */
  *ptepModifyProtCommit(vma: Vma, addr: Vaddr, ptep: Ptep, _old: PteWord, pte: PteWord): Step<void> {
    yield* this.setPteAt(vma.mm, addr, ptep, pte);
  }

  /** Make `nr` entries of one folio old, clean, or both. No flush. @kernel clear_young_dirty_ptes */
  *clearYoungDirtyPtes(vma: Vma, addr: Vaddr, ptep: Ptep, nr: number, flags: Cydp): Step<void> {
    const { v } = this.m;
    for (let i = 0; i < nr; i++) {
      const at = addr + i * PAGE_SIZE;
      const p = ptepAdd(ptep, i);
      if (flags.young && !flags.dirty) {
        yield* this.ptepTestAndClearYoung(vma, at, p);
        continue;
      }
      let pte = yield* this.ptepGetAndClear(vma.mm, at, p);
      if (flags.young) pte = v.pteMkold(pte);
      if (flags.dirty) pte = v.pteMkclean(pte);
      yield* this.setPteAt(vma.mm, at, p, pte);
    }
  }
}

/** Name of one operation. */
export type PteOpName = Exclude<keyof GenericPteOps, 'm'>;
