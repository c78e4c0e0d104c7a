/**
 * The `ptep_*` and `*_ptes` operations with the bodies an architecture gets if it does nothing
 * (include/linux/pgtable.h). The bodies that read and then write are right only if no hardware changes entries.
 * An architecture whose hardware does must override them; the suite finds it if it does not.
 *
 * An operation reads like the kernel's: same arguments, same order, `addr` in bytes. `nr` is at least 1,
 * and the `nr` entries lie in one table.
 */
import { PTE_ZERO, type PteWord } from '../pte/word.js';
import type { Step } from '../step/step.js';
import { PAGE_SIZE, type Vaddr } from '../units.js';
import type { EntryMachine } from './entry-machine.js';
import { type Mm, type Ptep, ptepAdd, type Vma } from './handles.js';
import { pteAccessible } from './pte-accessible.js';
import type { Cydp, PteOps } from './pte-ops.js';

/** The operations of an architecture that overrides nothing. */
export class GenericPteOps implements PteOps {
  constructor(readonly m: EntryMachine) {}

  *ptepGet(ptep: Ptep): Step<PteWord> {
    return yield* this.m.entries.readOnce(ptep);
  }

  *ptepGetLockless(ptep: Ptep): Step<PteWord> {
    return yield* this.m.entries.readOnce(ptep);
  }

  *setPte(ptep: Ptep, pte: PteWord): Step<void> {
    yield* this.m.entries.writeOnce(ptep, pte);
  }

  *setPteAt(mm: Mm, addr: Vaddr, ptep: Ptep, pte: PteWord): Step<void> {
    yield* this.setPtes(mm, addr, ptep, pte, 1);
  }

  *setPtes(_mm: Mm, _addr: Vaddr, ptep: Ptep, pte: PteWord, nr: number): Step<void> {
    let value = pte;
    for (let i = 0; i < nr; i++) {
      yield* this.setPte(ptepAdd(ptep, i), value);
      if (i + 1 < nr) value = this.m.v.pteAdvancePfn(value, 1);
    }
  }

  *pteClear(_mm: Mm, _addr: Vaddr, ptep: Ptep): Step<void> {
    yield* this.m.entries.writeOnce(ptep, PTE_ZERO);
  }

  *ptepClear(mm: Mm, addr: Vaddr, ptep: Ptep): Step<void> {
    yield* this.ptepGetAndClear(mm, addr, ptep);
  }

  *ptepGetAndClear(mm: Mm, addr: Vaddr, ptep: Ptep): Step<PteWord> {
    // The hardware may set a bit between the two: fine only if it never sets any.
    const pte = yield* this.ptepGet(ptep);
    yield* this.pteClear(mm, addr, ptep);
    return pte;
  }

  *ptepGetAndClearFull(mm: Mm, addr: Vaddr, ptep: Ptep, _full: boolean): Step<PteWord> {
    return yield* this.ptepGetAndClear(mm, addr, ptep);
  }

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

  *clearFullPtes(mm: Mm, addr: Vaddr, ptep: Ptep, nr: number, full: boolean): Step<void> {
    for (let i = 0; i < nr; i++) {
      yield* this.ptepGetAndClearFull(mm, addr + i * PAGE_SIZE, ptepAdd(ptep, i), full);
    }
  }

  *clearNotPresentFullPtes(mm: Mm, addr: Vaddr, ptep: Ptep, nr: number, _full: boolean): Step<void> {
    for (let i = 0; i < nr; i++) yield* this.pteClear(mm, addr + i * PAGE_SIZE, ptepAdd(ptep, i));
  }

  *ptepTestAndClearYoung(vma: Vma, addr: Vaddr, ptep: Ptep): Step<boolean> {
    const pte = yield* this.ptepGet(ptep);
    if (!this.m.v.pteYoung(pte)) return false;
    yield* this.setPteAt(vma.mm, addr, ptep, this.m.v.pteMkold(pte));
    return true;
  }

  *ptepClearFlushYoung(vma: Vma, addr: Vaddr, ptep: Ptep): Step<boolean> {
    const young = yield* this.ptepTestAndClearYoung(vma, addr, ptep);
    if (young) yield* this.m.tlb.flushTlbPage(vma, addr);
    return young;
  }

  *ptepClearFlush(vma: Vma, addr: Vaddr, ptep: Ptep): Step<PteWord> {
    const pte = yield* this.ptepGetAndClear(vma.mm, addr, ptep);
    if (yield* pteAccessible(this.m, vma.mm, pte)) yield* this.m.tlb.flushTlbPage(vma, addr);
    return pte;
  }

  *ptepSetWrprotect(mm: Mm, addr: Vaddr, ptep: Ptep): Step<void> {
    const old = yield* this.ptepGet(ptep);
    yield* this.setPteAt(mm, addr, ptep, this.m.v.pteWrprotect(old));
  }

  *wrprotectPtes(mm: Mm, addr: Vaddr, ptep: Ptep, nr: number): Step<void> {
    for (let i = 0; i < nr; i++) {
      yield* this.ptepSetWrprotect(mm, addr + i * PAGE_SIZE, ptepAdd(ptep, i));
    }
  }

  *ptepSetAccessFlags(vma: Vma, addr: Vaddr, ptep: Ptep, entry: PteWord, _dirty: boolean): Step<boolean> {
    const old = yield* this.ptepGet(ptep);
    if (this.m.v.pteSame(old, entry)) return false;
    yield* this.setPteAt(vma.mm, addr, ptep, entry);
    // Whatever changed: a cached translation may refuse what the entry now allows. (mm/pgtable-generic.c)
    yield* this.m.tlb.flushTlbFixSpuriousFault(vma, addr);
    return true;
  }

  *ptepModifyProtStart(vma: Vma, addr: Vaddr, ptep: Ptep): Step<PteWord> {
    return yield* this.ptepGetAndClear(vma.mm, addr, ptep);
  }

  *ptepModifyProtCommit(vma: Vma, addr: Vaddr, ptep: Ptep, _old: PteWord, pte: PteWord): Step<void> {
    yield* this.setPteAt(vma.mm, addr, ptep, pte);
  }

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
export type PteOpName = keyof PteOps;

/** Every operation, in alphabetical order. */
export const PTE_OPS: readonly PteOpName[] = Object.freeze(
  Object.getOwnPropertyNames(GenericPteOps.prototype)
    .filter((name) => name !== 'constructor')
    .sort() as PteOpName[],
);
