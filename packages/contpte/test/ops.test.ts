import { layoutValues, PTE_ZERO, pteAnd, pteAny, pteOr } from '@racewalk/core';
import { blockToy, toyLayout } from '@racewalk/toys';
import { expect, test } from 'vitest';
import { ptePgprot, pteShape, pteValidCont, setAccessFlagsNotlbi } from '../src/index.js';

const v = blockToy.values;
const plain = v.pteMkwrite(v.pfnPte(0x40, v.mkProt({ read: true, write: false })));

test('the shape of an entry has neither young nor dirty, and keeps frame and permission', () => {
  const used = v.pteMkdirty(v.pteMkyoung(plain));
  expect(pteShape(v, used)).toBe(pteShape(v, plain));
  expect(v.ptePfn(pteShape(v, used))).toBe(0x40);
  expect(v.pteWrite(pteShape(v, used))).toBe(true);
  expect(pteShape(v, v.pteWrprotect(plain))).not.toBe(pteShape(v, plain));
});

test('pte_pgprot is the same for every frame', () => {
  expect(ptePgprot(v, v.pteAdvancePfn(plain, 7))).toBe(ptePgprot(v, plain));
});

test('part of a block only if the hardware may use it', () => {
  const folded = v.pteMkcont(plain);
  expect([plain, folded, PTE_ZERO].map((pte) => pteValidCont(v, pte))).toEqual([false, true, false]);
  expect(pteValidCont(v, v.pteModify(folded, v.protNone()))).toBe(false);
});

test('access flags that an entry has already take no step', () => {
  const flags = pteOr(toyLayout.young, toyLayout.dirty);
  const set = setAccessFlagsNotlbi({
    morePermissive: (pte, entry) => pteOr(pte, pteAnd(entry, flags)),
    same: (pte, entry) => pteAnd(pte, flags) === pteAnd(entry, flags),
  });
  const steps = set({} as never, {} as never, plain, plain);
  expect(steps.next()).toEqual({ done: true, value: false });
  expect(pteAny(layoutValues(toyLayout).pteMkyoung(plain), toyLayout.young)).toBe(true);
});
