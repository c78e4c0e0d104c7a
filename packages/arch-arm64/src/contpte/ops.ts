import {
  type Cydp,
  type EntryMachine,
  GenericPteOps,
  type Mm,
  type Ptep,
  type PteWord,
  type Vaddr,
  type Vma,
} from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import { __ptepGet } from '../entry-ops.js';
import { pteValidCont } from '../values.js';
import { contptePtepSetAccessFlags } from './access-flags.js';
import type { Contpte, Convert } from './block.js';
import { contpteGetAndClearFullPtes, contptePteClear, getAndClearFull } from './clear.js';
import { contpteConvert } from './convert.js';
import { contptePtepGet, contptePtepGetLockless } from './gather.js';
import { contpteSetOne, contpteSetPtes } from './set.js';
import { contpteWrprotectPtes } from './wrprotect.js';
import {
  contpteClearYoungDirtyPtes,
  contptePtepClearFlushYoung,
  contptePtepTestAndClearYoung,
} from './young.js';

/**
 * The public operations: each looks at the entry, leaves what is not folded to the operations on one
 * entry, and takes care of the block otherwise. The contiguous mark is nobody's business above here.
 *
 * @kernel arch/arm64/include/asm/pgtable.h, arch/arm64/mm/contpte.c
 */
export class ContpteOps extends GenericPteOps {
  protected readonly c: Contpte;

  constructor(m: EntryMachine, convert: Convert = contpteConvert) {
    super(m);
    this.c = { m, convert };
  }

  override *ptepGet(ptep: Ptep): Step<PteWord> {
    const pte = yield* __ptepGet(this.m, ptep, 'ptep_get');
    return pteValidCont(pte) ? yield* contptePtepGet(this.m, ptep, pte, 'ptep_get') : pte;
  }

  override *ptepGetLockless(ptep: Ptep): Step<PteWord> {
    return yield* contptePtepGetLockless(this.m, ptep, 'ptep_get_lockless');
  }

  override *setPte(ptep: Ptep, pte: PteWord): Step<void> {
    yield* this.m.entries.writeOnce(ptep, this.m.v.pteMknoncont(pte), 'set_pte');
  }

  override *setPtes(_mm: Mm, _addr: Vaddr, ptep: Ptep, pte: PteWord, nr: number): Step<void> {
    const value = this.m.v.pteMknoncont(pte);
    if (nr === 1) yield* contpteSetOne(this.c, ptep, value, 'set_ptes');
    else yield* contpteSetPtes(this.c, ptep, value, nr, 'set_ptes');
  }

  override *pteClear(_mm: Mm, _addr: Vaddr, ptep: Ptep): Step<void> {
    yield* contptePteClear(this.c, ptep, 'pte_clear');
  }

  override *ptepGetAndClear(_mm: Mm, _addr: Vaddr, ptep: Ptep): Step<PteWord> {
    return yield* getAndClearFull(this.c, ptep, false, 'ptep_get_and_clear');
  }

  override *ptepGetAndClearFull(_mm: Mm, _addr: Vaddr, ptep: Ptep, full: boolean): Step<PteWord> {
    return yield* getAndClearFull(this.c, ptep, full, 'ptep_get_and_clear_full');
  }

  override *getAndClearFullPtes(
    _mm: Mm,
    _addr: Vaddr,
    ptep: Ptep,
    nr: number,
    _full: boolean,
  ): Step<PteWord> {
    return yield* contpteGetAndClearFullPtes(this.c, ptep, nr, 'get_and_clear_full_ptes');
  }

  override *clearFullPtes(_mm: Mm, _addr: Vaddr, ptep: Ptep, nr: number, _full: boolean): Step<void> {
    yield* contpteGetAndClearFullPtes(this.c, ptep, nr, 'clear_full_ptes');
  }

  override *ptepTestAndClearYoung(_vma: Vma, _addr: Vaddr, ptep: Ptep): Step<boolean> {
    return yield* contptePtepTestAndClearYoung(this.m, ptep, 'ptep_test_and_clear_young');
  }

  override *ptepClearFlushYoung(vma: Vma, _addr: Vaddr, ptep: Ptep): Step<boolean> {
    return yield* contptePtepClearFlushYoung(this.m, vma, ptep, 'ptep_clear_flush_young');
  }

  override *ptepSetWrprotect(_mm: Mm, _addr: Vaddr, ptep: Ptep): Step<void> {
    yield* contpteWrprotectPtes(this.c, ptep, 1, 'ptep_set_wrprotect');
  }

  override *wrprotectPtes(_mm: Mm, _addr: Vaddr, ptep: Ptep, nr: number): Step<void> {
    yield* contpteWrprotectPtes(this.c, ptep, nr, 'wrprotect_ptes');
  }

  override *ptepSetAccessFlags(
    vma: Vma,
    _addr: Vaddr,
    ptep: Ptep,
    entry: PteWord,
    dirty: boolean,
  ): Step<boolean> {
    return yield* contptePtepSetAccessFlags(this.c, vma, ptep, entry, dirty, 'ptep_set_access_flags');
  }

  override *clearYoungDirtyPtes(_vma: Vma, _addr: Vaddr, ptep: Ptep, nr: number, flags: Cydp): Step<void> {
    yield* contpteClearYoungDirtyPtes(this.m, ptep, nr, flags, 'clear_young_dirty_ptes');
  }
}
