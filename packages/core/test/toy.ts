/** A small architecture for tests: one bit a fact, hardware sets young and dirty, blocks of entries. */
import {
  type ArchPlugin,
  type ArchSpec,
  bit,
  bits,
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
  type Vaddr,
} from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { Machine } from '@racewalk/machine';

const V = bit(0);
const W = bit(1);
const A = bit(2);
const D = bit(3);
const NONE = bit(4);
const SPECIAL = bit(5);
const CONT = bit(6);
const LEAF = bit(7);

export const toyLayout: PteLayout = {
  fields: [
    { name: 'V', lo: 0, hi: 0, means: 'valid', source: 'toy' },
    { name: 'W', lo: 1, hi: 1, means: 'writable', source: 'toy' },
    { name: 'A', lo: 2, hi: 2, means: 'accessed', source: 'toy' },
    { name: 'D', lo: 3, hi: 3, means: 'dirty', source: 'toy' },
    { name: 'NONE', lo: 4, hi: 4, means: 'no access', source: 'toy' },
    { name: 'SPECIAL', lo: 5, hi: 5, means: 'no struct page', source: 'toy' },
    { name: 'CONT', lo: 6, hi: 6, means: 'contiguous', source: 'toy' },
    { name: 'LEAF', lo: 7, hi: 7, means: 'huge page', source: 'toy' },
    { name: 'PFN', lo: 12, hi: 47, means: 'frame', source: 'toy' },
  ],
  pfn: [12, 47],
  valid: V,
  protnone: NONE,
  write: W,
  dirty: D,
  young: A,
  special: SPECIAL,
  pmdLeafSet: LEAF,
  pmdLeafClear: PTE_ZERO,
  swap: { type: [6, 10], offset: [12, 50], exclusive: bit(5) },
};

const base = layoutValues(toyLayout);
const PROT = bits(0, 4);

export const toyValues: PteValues = {
  ...base,
  pteCont: (p) => pteAny(p, CONT),
  pteMkcont: (p) => pteOr(p, CONT),
  pteMknoncont: (p) => pteAndNot(p, CONT),
  mkProt: (prot) => (prot.write ? pteOr(V, W) : V),
  protNone: () => NONE,
  pteModify: (p, prot) => {
    const keep = pteAndNot(p, pteAndNot(PROT, pteOr(A, D)));
    return pteOr(keep, pteAnd(prot, pteOr(pteOr(V, W), NONE)));
  },
};

/** Exchange instead of read and clear: what hardware dirty needs. */
class ToyOps extends GenericPteOps {
  override *ptepGetAndClear(_mm: Mm, _addr: Vaddr, ptep: Ptep): Step<PteWord> {
    return yield* this.m.entries.xchg(ptep, PTE_ZERO, 'ptep_get_and_clear');
  }
}

const spec: ArchSpec = {
  id: 'toy',
  title: 'Toy',
  capabilities: ['hwAccess', 'hwDirty', 'contPte', 'breakBeforeMake', 'broadcastTlbi', 'pudLeaf'],
  memory: 'sc',
  layout: toyLayout,
  values: toyValues,
  walker: {
    walk(entry, access) {
      if (!toyValues.pteValid(entry)) return { ok: false, fault: 'translation' };
      if (access === 'store' && !toyValues.pteWrite(entry)) return { ok: false, fault: 'permission' };
      const young = toyValues.pteMkyoung(entry);
      const now = access === 'store' ? toyValues.pteMkdirty(young) : young;
      return { ok: true, entry: now, cached: now };
    },
    permits: (cached, access) =>
      access === 'load' || (toyValues.pteWrite(cached) && toyValues.pteDirty(cached)),
  },
  cont: { ptes: 4, mayDiffer: pteOr(A, D) },
  ops: (m: Machine) => new ToyOps(m),
  omits: [],
};

/** The toy, with some fields replaced. */
export const toyArch = (changes: Partial<ArchSpec> = {}): ArchPlugin => defineArch({ ...spec, ...changes });
