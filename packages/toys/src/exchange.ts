/**
 * A small architecture with contiguous blocks: one bit a fact, hardware that sets young and dirty in any
 * entry of a block, and operations that know nothing of blocks.
 */

import {
  type ArchPlugin,
  type ArchSpec,
  bit,
  bits,
  defineArch,
  layoutValues,
  PTE_ZERO,
  type PteLayout,
  type PteValues,
  pteAnd,
  pteAndNot,
  pteAny,
  pteOr,
  singleBitWalker,
} from '@racewalk/core';
import { ExchangeOps } from './exchange-ops.js';
import { flatSpec } from './flat.js';

const VALID = bit(0);
const WRITE = bit(1);
const YOUNG = bit(2);
const DIRTY = bit(3);
const SPECIAL = bit(4);
const CONT = bit(5);
const LEAF = bit(7);
const PROTNONE = bit(9);
const PROT = pteOr(bits(0, 1), PROTNONE);

const layout: PteLayout = {
  fields: [
    { name: 'V', lo: 0, hi: 0, means: 'valid', source: 'toy' },
    { name: 'W', lo: 1, hi: 1, means: 'writable', source: 'toy' },
    { name: 'A', lo: 2, hi: 2, means: 'accessed', source: 'toy' },
    { name: 'D', lo: 3, hi: 3, means: 'dirty', source: 'toy' },
    { name: 'SPECIAL', lo: 4, hi: 4, means: 'no struct page', source: 'toy' },
    { name: 'CONT', lo: 5, hi: 5, means: 'contiguous', source: 'toy' },
    { name: 'LEAF', lo: 7, hi: 7, means: 'huge page', source: 'toy' },
    { name: 'NONE', lo: 9, hi: 9, means: 'no access', source: 'toy' },
    { name: 'PFN', lo: 12, hi: 47, means: 'frame', source: 'toy' },
  ],
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

const values: PteValues = {
  ...base,
  pteCont: (pte) => pteAny(pte, CONT),
  pteMkcont: (pte) => pteOr(pte, CONT),
  pteMknoncont: (pte) => pteAndNot(pte, CONT),
  mkProt: (prot) => (prot.write ? pteOr(VALID, WRITE) : VALID),
  protNone: () => PROTNONE,
  pteModify: (pte, prot) => pteOr(pteAndNot(pte, PROT), pteAnd(prot, PROT)),
};

const spec: ArchSpec = {
  id: 'toy',
  title: 'Toy with blocks',
  capabilities: ['walkCaches', 'hwAccess', 'hwDirty', 'contPte', 'breakBeforeMake', 'broadcastTlbi'],
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
  ops: (m) => new ExchangeOps(m),
  omits: ['everything but what these tests need'],
};

/** Blocks that the hardware may use, under operations that know nothing of blocks. */
export const blockToy: ArchPlugin = defineArch(spec);

/** Hardware of the same kind without blocks, and all operations it needs. */
export const flatToy: ArchPlugin = defineArch({
  ...flatSpec,
  memory: 'tso',
  id: 'flat',
  title: 'Toy without blocks',
  capabilities: ['walkCaches', 'hwAccess', 'hwDirty', 'ipiFlush'],
});
