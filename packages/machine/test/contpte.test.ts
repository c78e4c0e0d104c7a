import { layoutValues, PTE_ZERO, pteAnd, pteAny, pteOr } from '@racewalk/core';
import { blockPgprot, ContpteOps, pteValidCont } from '@racewalk/core/contpte';
import { blockToy, toyLayout } from '@racewalk/toys';
import { expect, test } from 'vitest';

const v = blockToy.values;
const plain = v.pteMkwrite(v.pfnPte(0x40, v.mkProt({ read: true, write: false })));

test('what a block agrees on has neither frame nor young nor dirty, and keeps the permission', () => {
  const used = v.pteMkdirty(v.pteMkyoung(plain));
  expect(blockPgprot(v, used)).toBe(blockPgprot(v, plain));
  expect(blockPgprot(v, v.pteAdvancePfn(plain, 7))).toBe(blockPgprot(v, plain));
  expect(blockPgprot(v, v.pteWrprotect(plain))).not.toBe(blockPgprot(v, plain));
});

test('part of a block only if the hardware may use it', () => {
  const folded = v.pteMkcont(plain);
  expect([plain, folded, PTE_ZERO].map((pte) => pteValidCont(v, pte))).toEqual([false, true, false]);
  expect(pteValidCont(v, v.pteModify(folded, v.protNone()))).toBe(false);
});

test('access flags that an entry has already take no step', () => {
  const flags = pteOr(toyLayout.young, toyLayout.dirty);
  const ops = new ContpteOps({} as never, {
    morePermissive: (pte, entry) => pteOr(pte, pteAnd(entry, flags)),
    same: (pte, entry) => pteAnd(pte, flags) === pteAnd(entry, flags),
  });
  const steps = ops.__ptepSetAccessFlagsNotlbi({} as never, plain, plain);
  expect(steps.next()).toEqual({ done: true, value: false });
  expect(pteAny(layoutValues(toyLayout).pteMkyoung(plain), toyLayout.young)).toBe(true);
});
