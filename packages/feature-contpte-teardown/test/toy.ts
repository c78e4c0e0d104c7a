/**
 * A small architecture with contiguous blocks: one bit a fact, hardware that sets young and dirty in any
 * entry of a block, and no more operations than the tests here use.
 */
import {
  type ArchPlugin,
  type ArchSpec,
  addrOf,
  bit,
  bits,
  blockOf,
  defineArch,
  GenericPteOps,
  layoutValues,
  type Mm,
  PTE_ZERO,
  type PteLayout,
  type Ptep,
  type PteValues,
  type PteWord,
  pteAnd,
  pteAndNot,
  pteAny,
  pteOr,
  ptepAdd,
  type Step,
  singleBitWalker,
  type Vaddr,
} from '@racewalk/core';
import { getAndClearFullStashNext } from '../src/index.js';

const VALID = bit(0);
const WRITE = bit(1);
const YOUNG = bit(2);
const DIRTY = bit(3);
const SPECIAL = bit(4);
const CONT = bit(5);
const LEAF = bit(7);
const PROTNONE = bit(9);

const layout: PteLayout = {
  fields: [{ name: 'PFN', lo: 12, hi: 47, means: 'frame', source: 'toy' }],
  pfn: [12, 47],
  valid: VALID,
  protnone: PROTNONE,
  write: WRITE,
  dirty: DIRTY,
  young: YOUNG,
  special: SPECIAL,
  pmdLeafSet: LEAF,
  pmdLeafClear: PTE_ZERO,
  // The type lies over young and dirty, as it does over the access flag on arm64.
  swap: { type: [2, 6], offset: [12, 60], exclusive: bit(8) },
};

const base = layoutValues(layout);

const single: PteValues = {
  ...base,
  mkProt: (prot) => (prot.write ? pteOr(VALID, WRITE) : VALID),
  protNone: () => PROTNONE,
  pteModify: (pte, prot) => pteOr(pteAndNot(pte, bits(0, 1)), pteAnd(prot, bits(0, 1))),
};

const values: PteValues = {
  ...single,
  pteCont: (pte) => pteAny(pte, CONT),
  pteMkcont: (pte) => pteOr(pte, CONT),
  pteMknoncont: (pte) => pteAndNot(pte, CONT),
};

/** Gathers, unfolds by break before make, and stashes upwards. */
class BlockOps extends GenericPteOps {
  override *ptepGet(ptep: Ptep): Step<PteWord> {
    const { m } = this;
    let value = yield* m.entries.readOnce(ptep, 'ptepGet');
    for (const p of m.v.pteValid(value) && m.v.pteCont(value) ? blockOf(ptep, m.contPtes) : []) {
      const pte = p === ptep ? value : yield* m.entries.readOnce(p, 'ptepGet');
      if (m.v.pteValid(pte)) value = pteOr(value, pteAnd(pte, pteOr(YOUNG, DIRTY)));
    }
    return value;
  }

  override *ptepGetAndClear(_mm: Mm, _addr: Vaddr, ptep: Ptep): Step<PteWord> {
    const { m } = this;
    const seen = yield* m.entries.readOnce(ptep, 'ptepGetAndClear');
    if (m.v.pteValid(seen) && m.v.pteCont(seen)) yield* this.unfold(ptep);
    return yield* m.entries.xchg(ptep, PTE_ZERO, 'ptepGetAndClear');
  }

  private *unfold(ptep: Ptep): Step<void> {
    const { m } = this;
    const block = blockOf(ptep, m.contPtes);
    const olds: PteWord[] = [];
    for (const p of block) olds.push(yield* m.entries.xchg(p, PTE_ZERO, 'unfold'));
    const flags = olds.reduce((sum, pte) => pteOr(sum, pteAnd(pte, pteOr(YOUNG, DIRTY))), PTE_ZERO);
    const vma = m.world.vmas.find((v) => v.table === ptep.table)!;
    yield* m.tlb.flushTlbRange(vma, addrOf(block[0]!.vpn), addrOf(block[0]!.vpn + block.length));
    for (const [i, p] of block.entries()) {
      yield* m.entries.writeOnce(p, pteOr(m.v.pteMknoncont(olds[i]!), flags), 'unfold');
    }
  }

  override *ptepGetAndClearFull(mm: Mm, addr: Vaddr, ptep: Ptep, full: boolean): Step<PteWord> {
    if (!full || this.m.contPtes === 1) return yield* this.ptepGetAndClear(mm, addr, ptep);
    return yield* getAndClearFullStashNext(this.m, mm, addr, ptep);
  }

  override *getAndClearFullPtes(_mm: Mm, _addr: Vaddr, ptep: Ptep, nr: number): Step<PteWord> {
    let value = PTE_ZERO;
    for (let i = 0; i < nr; i++) {
      const pte = yield* this.m.entries.xchg(ptepAdd(ptep, i), PTE_ZERO, 'getAndClearFullPtes');
      value = i === 0 ? pte : pteOr(value, pteAnd(pte, pteOr(YOUNG, DIRTY)));
    }
    return value;
  }
}

const spec: ArchSpec = {
  id: 'toy',
  title: 'Toy with blocks',
  capabilities: ['hwAccess', 'hwDirty', 'contPte', 'breakBeforeMake', 'broadcastTlbi'],
  memory: 'sc',
  layout,
  values,
  walker: singleBitWalker({
    valid: VALID,
    user: PTE_ZERO,
    write: WRITE,
    young: YOUNG,
    dirty: DIRTY,
    setsYoung: true,
    setsDirty: true,
  }),
  cont: { ptes: 16, mayDiffer: pteOr(YOUNG, DIRTY) },
  ops: (m) => new BlockOps(m),
  omits: ['everything but what these tests need'],
};

/** With blocks. */
export const toy: ArchPlugin = defineArch(spec);

const { cont: _cont, ...withoutBlocks } = spec;

/** The same hardware without blocks. */
export const flat: ArchPlugin = defineArch({
  ...withoutBlocks,
  values: single,
  id: 'flat',
  title: 'Toy without blocks',
  capabilities: ['hwAccess', 'hwDirty', 'ipiFlush'],
});
