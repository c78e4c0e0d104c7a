// A plug-in in plain JavaScript, in somebody's own package: a layout, and no operation of its own.
import {
  bit,
  defineArch,
  layoutValues,
  PTE_ZERO,
  pteAnd,
  pteAndNot,
  pteOr,
  singleBitWalker,
} from '@racewalk/core';

const [valid, write, exec, young, dirty] = [0, 1, 2, 3, 4].map(bit);
const protnone = bit(7);
const protection = [valid, write, exec, protnone].reduce(pteOr);
const source = 'the manual of this architecture';

const layout = {
  fields: [
    { name: 'V', lo: 0, hi: 0, means: 'valid', source },
    { name: 'W', lo: 1, hi: 1, means: 'stores are allowed', source },
    { name: 'X', lo: 2, hi: 2, means: 'execution is allowed', source },
    { name: 'A', lo: 3, hi: 3, means: 'accessed', source },
    { name: 'D', lo: 4, hi: 4, means: 'dirty', source },
    { name: 'LEAF', lo: 5, hi: 5, means: 'huge page', source },
    { name: 'SPECIAL', lo: 6, hi: 6, means: 'no struct page', source, software: true },
    { name: 'NONE', lo: 7, hi: 7, means: 'PROT_NONE', source, software: true },
    { name: 'PFN', lo: 12, hi: 51, means: 'frame number', source },
  ],
  pfn: [12, 51],
  valid,
  protnone,
  write,
  dirty,
  young,
  special: bit(6),
  pmdLeafSet: bit(5),
  pmdLeafClear: PTE_ZERO,
  swap: { type: [1, 5], offset: [12, 61], exclusive: bit(6) },
};

function mkProt(prot) {
  if (!prot.read && !prot.write && !prot.exec) return protnone;
  return [prot.write ? write : PTE_ZERO, prot.exec ? exec : PTE_ZERO].reduce(pteOr, valid);
}

export const plain = defineArch({
  id: 'plain',
  title: 'a plug-in in plain JavaScript',
  capabilities: ['ipiFlush'],
  memory: 'sc',
  layout,
  values: {
    ...layoutValues(layout),
    mkProt,
    protNone: () => protnone,
    pteModify: (pte, prot) => pteOr(pteAndNot(pte, protection), pteAnd(prot, protection)),
  },
  walker: singleBitWalker({
    valid,
    user: PTE_ZERO,
    write,
    young,
    dirty,
    setsYoung: false,
    setsDirty: false,
  }),
  omits: ['all of this is made up'],
});

export default plain;
