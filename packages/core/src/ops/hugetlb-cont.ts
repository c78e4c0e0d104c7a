import { PTE_ZERO, type PteWord } from '../pte/word.js';
import type { Step } from '../step/step.js';
import { PAGE_SIZE, type Vaddr } from '../units.js';
import { blockOf, type Mm, type Ptep, ptepAdd, type Vma } from './handles.js';
import { GenericHugePteOps, hugePageSize } from './hugetlb.js';

/**
 * Hugetlb pages where some sizes are a contiguous block of entries (arm64: 64 KiB, 32 MiB): the hardware
 * may record access and dirty state in any of them, and the block changes only by break before make.
 *
 * How many entries a page has follows from the mark of the first, where it is present, and else from
 * the size that the caller gives: an entry that is not present has no mark to go by.
 *
 * @kernel arch/arm64/mm/hugetlbpage.c with the size that huge_ptep_get_and_clear takes since Linux 6.14
 */
export class ContHugePteOps extends GenericHugePteOps {
  /** The entries of the page at `ptep`, one of which holds `pte`. */
  #entries(ptep: Ptep, pte: PteWord): readonly Ptep[] {
    const { v, contPtes } = this.m;
    return v.ptePresent(pte) && v.pteCont(pte) ? blockOf(ptep, contPtes) : [ptep];
  }

  /** The entries of a page of `sz` bytes. */
  #sized(ptep: Ptep, sz: number): Ptep[] {
    return Array.from({ length: sz / PAGE_SIZE }, (_, i) => ptepAdd(ptep, i));
  }

  /** Empty several entries; the first comes back with young and dirty of all. @kernel get_clear_contig */
  *#getClearContig(entries: readonly Ptep[]): Step<PteWord> {
    const { v } = this.m;
    let first = PTE_ZERO;
    let [young, dirty] = [false, false];
    for (const [i, ptep] of entries.entries()) {
      const pte = yield* this.m.entries.xchg(ptep, PTE_ZERO);
      if (i === 0) first = pte;
      if (!v.ptePresent(pte)) continue;
      young ||= v.pteYoung(pte);
      dirty ||= v.pteDirty(pte);
    }
    if (!v.ptePresent(first)) return first;
    const aged = young ? v.pteMkyoung(first) : first;
    return dirty ? v.pteMkdirty(aged) : aged;
  }

  /** The same, and no translation is left. @kernel get_clear_contig_flush */
  *#getClearContigFlush(vma: Vma, addr: Vaddr, entries: readonly Ptep[]): Step<PteWord> {
    const pte = yield* this.#getClearContig(entries);
    yield* this.m.tlb.flushTlbRange(vma, addr, addr + entries.length * PAGE_SIZE);
    return pte;
  }

  *#setAll(entries: readonly Ptep[], pte: PteWord): Step<void> {
    let value = pte;
    for (const [i, ptep] of entries.entries()) {
      yield* this.m.entries.writeOnce(ptep, value);
      if (i + 1 < entries.length && this.m.v.ptePresent(pte)) value = this.m.v.pteAdvancePfn(value, 1);
    }
  }

  override *hugePtepGet(_mm: Mm, _addr: Vaddr, ptep: Ptep): Step<PteWord> {
    const { v, entries } = this.m;
    let pte = yield* entries.readOnce(ptep);
    for (const p of this.#entries(ptep, pte)) {
      if (p === ptep) continue;
      const other = yield* entries.readOnce(p);
      if (v.pteYoung(other)) pte = v.pteMkyoung(pte);
      if (v.pteDirty(other)) pte = v.pteMkdirty(pte);
    }
    return pte;
  }

  /** Over entries that are live, the block is broken first. */
  override *setHugePteAt(_mm: Mm, addr: Vaddr, ptep: Ptep, pte: PteWord, sz: number): Step<void> {
    const entries = this.#sized(ptep, sz);
    const vma = this.m.areaOf(ptep);
    if (entries.length > 1 && this.m.v.ptePresent(pte) && vma !== undefined) {
      yield* this.#getClearContigFlush(vma, addr, entries);
    }
    yield* this.#setAll(entries, pte);
  }

  override *hugePteClear(_mm: Mm, _addr: Vaddr, ptep: Ptep, sz: number): Step<void> {
    yield* this.#setAll(this.#sized(ptep, sz), PTE_ZERO);
  }

  override *hugePtepGetAndClear(_mm: Mm, _addr: Vaddr, ptep: Ptep, sz: number): Step<PteWord> {
    return yield* this.#getClearContig(this.#sized(ptep, sz));
  }

  override *hugePtepClearFlush(vma: Vma, addr: Vaddr, ptep: Ptep): Step<PteWord> {
    const entries = this.#sized(ptep, hugePageSize(vma));
    return yield* this.#getClearContigFlush(vma, addr, entries);
  }

  override *hugePtepSetWrprotect(mm: Mm, addr: Vaddr, ptep: Ptep): Step<void> {
    const entries = this.#entries(ptep, yield* this.m.entries.readOnce(ptep));
    const vma = this.m.areaOf(ptep);
    if (entries.length === 1 || vma === undefined) {
      yield* super.hugePtepSetWrprotect(mm, addr, ptep);
      return;
    }
    const pte = yield* this.#getClearContigFlush(vma, addr, entries);
    yield* this.#setAll(entries, this.m.v.pteWrprotect(pte));
  }

  override *hugePtepSetAccessFlags(
    vma: Vma,
    addr: Vaddr,
    ptep: Ptep,
    pte: PteWord,
    dirty: boolean,
  ): Step<boolean> {
    const { v } = this.m;
    if (!v.pteCont(pte)) return yield* super.hugePtepSetAccessFlags(vma, addr, ptep, pte, dirty);
    const entries = this.#entries(ptep, pte);
    if (!(yield* this.#differs(entries, pte))) return false;
    const old = yield* this.#getClearContigFlush(vma, addr, entries);
    // Flags that the hardware has set since `pte` was made must not be lost with the old entries.
    const young = v.pteYoung(old) ? v.pteMkyoung(pte) : pte;
    yield* this.#setAll(entries, v.pteDirty(old) ? v.pteMkdirty(young) : young);
    return true;
  }

  /**
   * Whether any entry of the block permits or records something else: all of them have one permission, but each its own
   * flags. What the block records as a whole does not count, because a device may walk each entry by itself.
   *
   * @kernel __cont_access_flags_changed
   */
  *#differs(entries: readonly Ptep[], pte: PteWord): Step<boolean> {
    const { v } = this.m;
    for (const [i, ptep] of entries.entries()) {
      const now = yield* this.m.entries.readOnce(ptep);
      if (i === 0 && v.pteWrite(now) !== v.pteWrite(pte)) return true;
      if (v.pteDirty(now) !== v.pteDirty(pte) || v.pteYoung(now) !== v.pteYoung(pte)) return true;
    }
    return false;
  }
}
