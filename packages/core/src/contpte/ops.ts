import type { EntryMachine } from '../ops/entry-machine.js';
import { GenericPteOps } from '../ops/generic.js';
import type { Mm, Ptep, Vma } from '../ops/handles.js';
import type { Cydp } from '../ops/pte-ops.js';
import { PTE_ZERO, type PteWord } from '../pte/word.js';
import type { Step } from '../step/step.js';
import type { Vaddr } from '../units.js';
import { contpteAllSubptesMatchAccessFlags, contptePtepSetAccessFlags } from './access-flags.js';
import { type AccessFlags, type Contpte, pteValidCont } from './block.js';
import { contpteGetAndClearFullPtes, getAndClearFull, stash } from './clear.js';
import { contpteConvert } from './convert.js';
import { __ptepGet, __ptepSetAccessFlagsNotlbi, __ptepSetWrprotect } from './entry.js';
import { contpteTryFold, contpteTryUnfold } from './fold.js';
import { contptePtepGet, contptePtepGetLockless } from './gather.js';
import { contpteSetPtes } from './set.js';
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
export class ContpteOps extends GenericPteOps implements Contpte {
  constructor(
    m: EntryMachine,
    readonly flags: AccessFlags,
  ) {
    super(m);
  }

  *contpteConvert(ptep: Ptep, pte: PteWord): Step<void> {
    yield* contpteConvert(this, ptep, pte);
  }

  *contpteAllSubptesMatchAccessFlags(ptep: Ptep, entry: PteWord): Step<boolean> {
    return yield* contpteAllSubptesMatchAccessFlags(this, ptep, entry);
  }

  *__ptepSetAccessFlagsNotlbi(ptep: Ptep, entry: PteWord, first?: PteWord): Step<boolean> {
    return yield* __ptepSetAccessFlagsNotlbi(this, ptep, entry, first);
  }

  *__ptepSetWrprotect(ptep: Ptep): Step<void> {
    yield* __ptepSetWrprotect(this.m, ptep);
  }

  *stash(ptep: Ptep, seen: PteWord, flags: PteWord): Step<void> {
    yield* stash(this, ptep, seen, flags);
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
    if (nr > 1) {
      yield* contpteSetPtes(this, ptep, value, nr);
      return;
    }
    yield* contpteTryUnfold(this, ptep, yield* __ptepGet(this.m, ptep));
    yield* this.m.entries.writeOnce(ptep, value);
    yield* contpteTryFold(this, ptep, value);
  }

  /** Empty one entry; its block is unfolded first. */
  override *pteClear(_mm: Mm, _addr: Vaddr, ptep: Ptep): Step<void> {
    yield* contpteTryUnfold(this, ptep, yield* __ptepGet(this.m, ptep));
    yield* this.m.entries.writeOnce(ptep, PTE_ZERO);
  }

  /** Take one entry out; its block is unfolded first. */
  override *ptepGetAndClear(_mm: Mm, _addr: Vaddr, ptep: Ptep): Step<PteWord> {
    return yield* getAndClearFull(this, ptep, false);
  }

  /** The same; with `full` the block stays folded, because all of it goes. */
  override *ptepGetAndClearFull(_mm: Mm, _addr: Vaddr, ptep: Ptep, full: boolean): Step<PteWord> {
    return yield* getAndClearFull(this, ptep, full);
  }

  /** Take `nr` entries out, with the access flags of all; blocks that they cover in part are unfolded first. */
  override *getAndClearFullPtes(
    _mm: Mm,
    _addr: Vaddr,
    ptep: Ptep,
    nr: number,
    _full: boolean,
  ): Step<PteWord> {
    return yield* contpteGetAndClearFullPtes(this, ptep, nr);
  }

  /** The same, and nobody wants to know what was there. */
  override *clearFullPtes(_mm: Mm, _addr: Vaddr, ptep: Ptep, nr: number, _full: boolean): Step<void> {
    yield* contpteGetAndClearFullPtes(this, ptep, nr);
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
    yield* contpteWrprotectPtes(this, ptep, 1);
  }

  /** Make `nr` entries read-only; blocks that they cover in part are unfolded first. */
  override *wrprotectPtes(_mm: Mm, _addr: Vaddr, ptep: Ptep, nr: number): Step<void> {
    yield* contpteWrprotectPtes(this, ptep, nr);
  }

  /** Add access flags: to the whole block, or, where write permission changes, to one entry after unfolding. */
  override *ptepSetAccessFlags(
    vma: Vma,
    _addr: Vaddr,
    ptep: Ptep,
    entry: PteWord,
    dirty: boolean,
  ): Step<boolean> {
    return yield* contptePtepSetAccessFlags(this, vma, ptep, entry, dirty);
  }

  /** Clear young, dirty or both in all blocks that the entries touch. */
  override *clearYoungDirtyPtes(_vma: Vma, _addr: Vaddr, ptep: Ptep, nr: number, flags: Cydp): Step<void> {
    yield* contpteClearYoungDirtyPtes(this.m, ptep, nr, flags);
  }
}
