/** The operations of the toy: hardware sets bits at any time, and blocks are unfolded before they change. */
import {
  addrOf,
  blockOf,
  GenericPteOps,
  type Mm,
  PTE_ZERO,
  type Ptep,
  type PteWord,
  type Vaddr,
  type Vma,
} from '@racewalk/core';
import type { Step } from '@racewalk/core/step';

/** Operations that gather, unfold and exchange. */
export class ToyOps extends GenericPteOps {
  /** Young and dirty of a block stand in any of its entries. */
  override *ptepGet(ptep: Ptep): Step<PteWord> {
    const pte = yield* this.m.entries.readOnce(ptep);
    return yield* this.gather(ptep, pte);
  }

  /** As {@link ptepGet}. */
  override *ptepGetLockless(ptep: Ptep): Step<PteWord> {
    const pte = yield* this.m.entries.readOnce(ptep);
    return yield* this.gather(ptep, pte);
  }

  /** Add the flags of the valid entries of the block. */
  protected *gather(ptep: Ptep, pte: PteWord): Step<PteWord> {
    const { v } = this.m;
    if (!v.pteValid(pte) || !v.pteCont(pte)) return pte;
    let result = pte;
    for (const p of blockOf(ptep, this.m.contPtes)) {
      const other = yield* this.m.entries.readOnce(p);
      if (!v.pteValid(other)) continue;
      if (v.pteYoung(other)) result = v.pteMkyoung(result);
      if (v.pteDirty(other)) result = v.pteMkdirty(result);
    }
    return result;
  }

  /** Break before make: clear all, invalidate, set all without the mark. */
  *unfold(ptep: Ptep): Step<void> {
    const { v } = this.m;
    const first = yield* this.m.entries.readOnce(ptep);
    if (!v.pteValid(first) || !v.pteCont(first)) return;
    const block = blockOf(ptep, this.m.contPtes);
    let [young, dirty] = [false, false];
    const olds: PteWord[] = [];
    for (const p of block) {
      const old = yield* this.m.entries.xchg(p, PTE_ZERO);
      young ||= v.pteYoung(old);
      dirty ||= v.pteDirty(old);
      olds.push(old);
    }
    const vma = this.m.areaOf(ptep);
    const [from, to] = [block[0], block.at(-1)];
    if (vma !== undefined && from !== undefined && to !== undefined) {
      yield* this.m.tlb.flushTlbRange(vma, addrOf(from.vpn), addrOf(to.vpn + 1));
    }
    for (const [i, p] of block.entries()) {
      let pte = v.pteMknoncont(olds[i] ?? PTE_ZERO);
      if (young) pte = v.pteMkyoung(pte);
      if (dirty) pte = v.pteMkdirty(pte);
      yield* this.m.entries.writeOnce(p, pte);
    }
  }

  /** Never marks a block. */
  override *setPtes(mm: Mm, addr: Vaddr, ptep: Ptep, pte: PteWord, nr: number): Step<void> {
    yield* super.setPtes(mm, addr, ptep, this.m.v.pteMknoncont(pte), nr);
  }

  /** Unfolds a block first. */
  override *pteClear(mm: Mm, addr: Vaddr, ptep: Ptep): Step<void> {
    yield* this.unfold(ptep);
    yield* super.pteClear(mm, addr, ptep);
  }

  /** In one exchange, after a block is unfolded. */
  override *ptepGetAndClear(_mm: Mm, _addr: Vaddr, ptep: Ptep): Step<PteWord> {
    yield* this.unfold(ptep);
    return yield* this.m.entries.xchg(ptep, PTE_ZERO);
  }

  /** In one step, after a block is unfolded. */
  override *ptepTestAndClearYoung(_vma: Vma, _addr: Vaddr, ptep: Ptep): Step<boolean> {
    const { v } = this.m;
    yield* this.unfold(ptep);
    return v.pteYoung(yield* this.m.entries.update(ptep, v.pteMkold));
  }

  /** In one step, after a block is unfolded. */
  override *ptepSetWrprotect(_mm: Mm, _addr: Vaddr, ptep: Ptep): Step<void> {
    yield* this.unfold(ptep);
    yield* this.m.entries.update(ptep, this.m.v.pteWrprotect);
  }

  /** In one step, after a block is unfolded. */
  override *ptepSetAccessFlags(
    vma: Vma,
    addr: Vaddr,
    ptep: Ptep,
    entry: PteWord,
    dirty: boolean,
  ): Step<boolean> {
    const { v } = this.m;
    yield* this.unfold(ptep);
    const more = (pte: PteWord) => {
      let now = v.pteYoung(entry) ? v.pteMkyoung(pte) : pte;
      if (v.pteWrite(entry)) now = v.pteMkwrite(now);
      return v.pteDirty(entry) ? v.pteMkdirty(now) : now;
    };
    const old = yield* this.m.entries.update(ptep, more);
    if (more(old) === old) return false;
    if (dirty) yield* this.m.tlb.flushTlbPage(vma, addr);
    return true;
  }
}
