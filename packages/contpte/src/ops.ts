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
import { contptePtepSetAccessFlags } from './access-flags.js';
import type { Contpte, Convert } from './block.js';
import { contpteGetAndClearFullPtes, contptePteClear, getAndClearFull } from './clear.js';
import { contpteConvert } from './convert.js';
import { __ptepGet, type AccessFlags, pteValidCont } from './entry.js';
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

  constructor(m: EntryMachine, flags: AccessFlags, convert: Convert = contpteConvert) {
    super(m);
    this.c = { m, flags, convert };
  }

  override *ptepGet(ptep: Ptep): Step<PteWord> {
    const pte = yield* __ptepGet(this.m, ptep);
    return pteValidCont(this.m.v, pte) ? yield* contptePtepGet(this.m, ptep, pte) : pte;
  }

  override *ptepGetLockless(ptep: Ptep): Step<PteWord> {
    return yield* contptePtepGetLockless(this.m, ptep);
  }

  override *setPte(ptep: Ptep, pte: PteWord): Step<void> {
    yield* this.m.entries.writeOnce(ptep, this.m.v.pteMknoncont(pte));
  }

  override *setPtes(_mm: Mm, _addr: Vaddr, ptep: Ptep, pte: PteWord, nr: number): Step<void> {
    const value = this.m.v.pteMknoncont(pte);
    if (nr === 1) yield* contpteSetOne(this.c, ptep, value);
    else yield* contpteSetPtes(this.c, ptep, value, nr);
  }

  override *pteClear(_mm: Mm, _addr: Vaddr, ptep: Ptep): Step<void> {
    yield* contptePteClear(this.c, ptep);
  }

  override *ptepGetAndClear(_mm: Mm, _addr: Vaddr, ptep: Ptep): Step<PteWord> {
    return yield* getAndClearFull(this.c, ptep, false);
  }

  override *ptepGetAndClearFull(_mm: Mm, _addr: Vaddr, ptep: Ptep, full: boolean): Step<PteWord> {
    return yield* getAndClearFull(this.c, ptep, full);
  }

  override *getAndClearFullPtes(
    _mm: Mm,
    _addr: Vaddr,
    ptep: Ptep,
    nr: number,
    _full: boolean,
  ): Step<PteWord> {
    return yield* contpteGetAndClearFullPtes(this.c, ptep, nr);
  }

  override *clearFullPtes(_mm: Mm, _addr: Vaddr, ptep: Ptep, nr: number, _full: boolean): Step<void> {
    yield* contpteGetAndClearFullPtes(this.c, ptep, nr);
  }

  override *ptepTestAndClearYoung(_vma: Vma, _addr: Vaddr, ptep: Ptep): Step<boolean> {
    return yield* contptePtepTestAndClearYoung(this.m, ptep);
  }

  override *ptepClearFlushYoung(vma: Vma, _addr: Vaddr, ptep: Ptep): Step<boolean> {
    return yield* contptePtepClearFlushYoung(this.m, vma, ptep);
  }

  override *ptepSetWrprotect(_mm: Mm, _addr: Vaddr, ptep: Ptep): Step<void> {
    yield* contpteWrprotectPtes(this.c, ptep, 1);
  }

  override *wrprotectPtes(_mm: Mm, _addr: Vaddr, ptep: Ptep, nr: number): Step<void> {
    yield* contpteWrprotectPtes(this.c, ptep, nr);
  }

  override *ptepSetAccessFlags(
    vma: Vma,
    _addr: Vaddr,
    ptep: Ptep,
    entry: PteWord,
    dirty: boolean,
  ): Step<boolean> {
    return yield* contptePtepSetAccessFlags(this.c, vma, ptep, entry, dirty);
  }

  override *clearYoungDirtyPtes(_vma: Vma, _addr: Vaddr, ptep: Ptep, nr: number, flags: Cydp): Step<void> {
    yield* contpteClearYoungDirtyPtes(this.m, ptep, nr, flags);
  }
}
