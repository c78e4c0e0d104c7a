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

  /** The entry; of a folded block, with the access flags of all its entries. */
  override *ptepGet(ptep: Ptep): Step<PteWord> {
    const pte = yield* __ptepGet(this.m, ptep);
    return pteValidCont(this.m.v, pte) ? yield* contptePtepGet(this.m, ptep, pte) : pte;
  }

  /** The same without the page-table lock: read again until all entries belong together. */
  override *ptepGetLockless(ptep: Ptep): Step<PteWord> {
    return yield* contptePtepGetLockless(this.m, ptep);
  }

  /** One entry, never folded. */
  override *setPte(ptep: Ptep, pte: PteWord): Step<void> {
    yield* this.m.entries.writeOnce(ptep, this.m.v.pteMknoncont(pte));
  }

  /** Entries of one folio; blocks that they cover whole are folded. */
  override *setPtes(_mm: Mm, _addr: Vaddr, ptep: Ptep, pte: PteWord, nr: number): Step<void> {
    const value = this.m.v.pteMknoncont(pte);
    if (nr === 1) yield* contpteSetOne(this.c, ptep, value);
    else yield* contpteSetPtes(this.c, ptep, value, nr);
  }

  /** Empty one entry; its block is unfolded first. */
  override *pteClear(_mm: Mm, _addr: Vaddr, ptep: Ptep): Step<void> {
    yield* contptePteClear(this.c, ptep);
  }

  /** Take one entry out; its block is unfolded first. */
  override *ptepGetAndClear(_mm: Mm, _addr: Vaddr, ptep: Ptep): Step<PteWord> {
    return yield* getAndClearFull(this.c, ptep, false);
  }

  /** The same; with `full` the block stays folded, because all of it goes. */
  override *ptepGetAndClearFull(_mm: Mm, _addr: Vaddr, ptep: Ptep, full: boolean): Step<PteWord> {
    return yield* getAndClearFull(this.c, ptep, full);
  }

  /** Take `nr` entries out, with the access flags of all; blocks that they cover in part are unfolded first. */
  override *getAndClearFullPtes(
    _mm: Mm,
    _addr: Vaddr,
    ptep: Ptep,
    nr: number,
    _full: boolean,
  ): Step<PteWord> {
    return yield* contpteGetAndClearFullPtes(this.c, ptep, nr);
  }

  /** The same, and nobody wants to know what was there. */
  override *clearFullPtes(_mm: Mm, _addr: Vaddr, ptep: Ptep, nr: number, _full: boolean): Step<void> {
    yield* contpteGetAndClearFullPtes(this.c, ptep, nr);
  }

  /** Make the whole block old; true if any entry was young. */
  override *ptepTestAndClearYoung(_vma: Vma, _addr: Vaddr, ptep: Ptep): Step<boolean> {
    return yield* contptePtepTestAndClearYoung(this.m, ptep);
  }

  /** The same, and an invalidation of the block if it was young. */
  override *ptepClearFlushYoung(vma: Vma, _addr: Vaddr, ptep: Ptep): Step<boolean> {
    return yield* contptePtepClearFlushYoung(this.m, vma, ptep);
  }

  /** Make one entry read-only; its block is unfolded first. */
  override *ptepSetWrprotect(_mm: Mm, _addr: Vaddr, ptep: Ptep): Step<void> {
    yield* contpteWrprotectPtes(this.c, ptep, 1);
  }

  /** Make `nr` entries read-only; blocks that they cover in part are unfolded first. */
  override *wrprotectPtes(_mm: Mm, _addr: Vaddr, ptep: Ptep, nr: number): Step<void> {
    yield* contpteWrprotectPtes(this.c, ptep, nr);
  }

  /** Add access flags: to the whole block, or, where write permission changes, to one entry after unfolding. */
  override *ptepSetAccessFlags(
    vma: Vma,
    _addr: Vaddr,
    ptep: Ptep,
    entry: PteWord,
    dirty: boolean,
  ): Step<boolean> {
    return yield* contptePtepSetAccessFlags(this.c, vma, ptep, entry, dirty);
  }

  /** Clear young, dirty or both in all blocks that the entries touch. */
  override *clearYoungDirtyPtes(_vma: Vma, _addr: Vaddr, ptep: Ptep, nr: number, flags: Cydp): Step<void> {
    yield* contpteClearYoungDirtyPtes(this.m, ptep, nr, flags);
  }
}
