/**
 * The toy with contiguous blocks, with the operations that the tests here use, and one without blocks.
 */

import {
  type ArchPlugin,
  addrOf,
  blockOf,
  type Cydp,
  defineArch,
  GenericPteOps,
  type Mm,
  PTE_ZERO,
  type Ptep,
  type PteWord,
  pteAnd,
  pteOr,
  ptepAdd,
  type Vaddr,
  type Vma,
} from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { Machine } from '@racewalk/machine';
import { blockToy } from '@racewalk/toys';
import { getAndClearFullStashNext } from '../src/ops/stash-next.js';

/** What the hardware sets by itself. */
const FLAGS = pteOr(blockToy.layout.young, blockToy.layout.dirty);

/**
 * Gathers, unfolds by break before make, and stashes upwards. An unfold writes the whole block, from the entry that it
 * was called for; what keeps the block together goes to every entry of it.
 */
class BlockOps extends GenericPteOps {
  private folded(pte: PteWord): boolean {
    return this.m.v.pteValid(pte) && this.m.v.pteCont(pte);
  }

  override *ptepGet(ptep: Ptep): Step<PteWord> {
    const { m } = this;
    let value = yield* m.entries.readOnce(ptep);
    for (const p of this.folded(value) ? blockOf(ptep, m.contPtes) : []) {
      const pte = p === ptep ? value : yield* m.entries.readOnce(p);
      if (m.v.pteValid(pte)) value = pteOr(value, pteAnd(pte, FLAGS));
    }
    return value;
  }

  override *setPtes(mm: Mm, addr: Vaddr, ptep: Ptep, pte: PteWord, nr: number): Step<void> {
    const unfolds = nr < this.m.contPtes && (yield* this.unfold(ptep));
    yield* super.setPtes(mm, addr, ptep, unfolds ? this.m.v.pteMknoncont(pte) : pte, nr);
  }

  override *pteClear(mm: Mm, addr: Vaddr, ptep: Ptep): Step<void> {
    yield* this.unfold(ptep);
    yield* super.pteClear(mm, addr, ptep);
  }

  override *ptepGetAndClear(_mm: Mm, _addr: Vaddr, ptep: Ptep): Step<PteWord> {
    yield* this.unfold(ptep);
    return yield* this.m.entries.xchg(ptep, PTE_ZERO);
  }

  override *ptepTestAndClearYoung(_vma: Vma, _addr: Vaddr, ptep: Ptep): Step<boolean> {
    return yield* this.everywhere(ptep, this.m.v.pteMkold, this.m.v.pteYoung);
  }

  override *ptepSetWrprotect(_mm: Mm, _addr: Vaddr, ptep: Ptep): Step<void> {
    yield* this.unfold(ptep);
    yield* this.m.entries.update(ptep, this.m.v.pteWrprotect);
  }

  override *ptepSetAccessFlags(
    vma: Vma,
    addr: Vaddr,
    ptep: Ptep,
    entry: PteWord,
    dirty: boolean,
  ): Step<boolean> {
    const { m } = this;
    const old = yield* m.entries.readOnce(ptep);
    if (m.v.pteWrite(old) !== m.v.pteWrite(entry)) yield* this.unfold(ptep);
    const flags = pteAnd(entry, pteOr(FLAGS, blockToy.layout.write));
    const lacks = (pte: PteWord) => pteOr(pte, flags) !== pte;
    // An entry of the block that is empty gets its flags, too.
    const more = (pte: PteWord) => pteOr(pte, m.v.pteValid(pte) ? flags : pteAnd(flags, FLAGS));
    const changed = yield* this.everywhere(ptep, more, lacks);
    if (changed && dirty) yield* m.tlb.flushTlbPage(vma, addr);
    return changed;
  }

  override *clearYoungDirtyPtes(vma: Vma, addr: Vaddr, ptep: Ptep, nr: number, flags: Cydp): Step<void> {
    const { v } = this.m;
    const first = yield* this.m.entries.readOnce(ptep);
    if (!this.folded(first)) {
      yield* super.clearYoungDirtyPtes(vma, addr, ptep, nr, flags);
      return;
    }
    // The mark is written along, to an empty entry as well.
    const less = (pte: PteWord) => {
      const old = flags.young ? v.pteMkold(pte) : pte;
      return v.pteMkcont(flags.dirty ? v.pteMkclean(old) : old);
    };
    yield* this.everywhere(ptep, less, () => true);
  }

  /** One update for each entry that the flags of `ptep` may stand in; whether an old value passes the test. */
  private *everywhere(
    ptep: Ptep,
    change: (pte: PteWord) => PteWord,
    test: (old: PteWord) => boolean,
  ): Step<boolean> {
    const { m } = this;
    const block = this.folded(yield* m.entries.readOnce(ptep)) ? blockOf(ptep, m.contPtes) : [ptep];
    let found = false;
    for (const p of block) if (test(yield* m.entries.update(p, change))) found = true;
    return found;
  }

  /** Whether there was anything to unfold. */
  private *unfold(ptep: Ptep): Step<boolean> {
    const { m } = this;
    const seen = yield* m.entries.readOnce(ptep);
    if (!this.folded(seen)) return false;
    const block = blockOf(ptep, m.contPtes);
    let value = m.v.pteMknoncont(m.v.pteAdvancePfn(seen, -(ptep.vpn % m.contPtes)));
    for (const p of block) value = pteOr(value, pteAnd(yield* m.entries.xchg(p, PTE_ZERO), FLAGS));
    const vma = m.areaOf(ptep)!;
    yield* m.tlb.flushTlbRange(vma, addrOf(block[0]!.vpn), addrOf(block[0]!.vpn + block.length));
    for (const [i, p] of block.entries()) yield* m.entries.writeOnce(p, m.v.pteAdvancePfn(value, i));
    return true;
  }

  override *ptepGetAndClearFull(mm: Mm, addr: Vaddr, ptep: Ptep, full: boolean): Step<PteWord> {
    if (!full || this.m.contPtes === 1) return yield* this.ptepGetAndClear(mm, addr, ptep);
    return yield* getAndClearFullStashNext(this.m as Machine, mm, addr, ptep);
  }

  override *getAndClearFullPtes(_mm: Mm, _addr: Vaddr, ptep: Ptep, nr: number): Step<PteWord> {
    let value = PTE_ZERO;
    for (let i = 0; i < nr; i++) {
      const pte = yield* this.m.entries.xchg(ptepAdd(ptep, i), PTE_ZERO);
      value = i === 0 ? pte : pteOr(value, pteAnd(pte, FLAGS));
    }
    return value;
  }
}

/** With blocks, for each of which a TLB may hold one translation, filled ahead of accesses. */
export const toy: ArchPlugin = defineArch({
  ...blockToy,
  capabilities: [...blockToy.capabilities, 'speculativeFill', 'blockTranslations'],
  relaxedExchanges: true,
  ops: (m) => new BlockOps(m),
});

const { cont: _cont, ...withoutBlocks } = toy;

/** The same hardware without blocks. */
export const flat: ArchPlugin = defineArch({
  ...withoutBlocks,
  values: {
    ...toy.values,
    pteCont: () => false,
    pteMkcont: (pte) => pte,
    pteMknoncont: (pte) => pte,
  },
  id: 'flat',
  title: 'Toy without blocks',
  capabilities: ['hwAccess', 'hwDirty', 'ipiFlush'],
});
