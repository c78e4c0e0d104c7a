import { pteFromBigInt, pteHex, pteOr, VALUE_CONTRACT, type ValueLaw } from '@racewalk/core';
import { expect, test } from 'vitest';
import { riscv64 } from '../src/index.js';
import { napot } from '../src/napot.js';

const v = riscv64.values;
const page = (pfn: number) => v.pteMkcont(v.pfnPte(pfn, v.mkProt({ read: true, write: true })));

test('the sixteen entries of a 64 KiB block have one pattern: N, and PPN 3:0 is 1000', () => {
  const stored = Array.from({ length: 16 }, (_, i) => napot.encode(page(0x40 + i), 16));
  expect(new Set(stored.map(pteHex)).size).toBe(1);
  expect(pteHex(stored[0]!)).toBe(pteHex(pteFromBigInt((1n << 63n) | (0x48n << 10n) | 0x17n)));
});

test('the frame is a function of entry and address', () => {
  const stored = napot.encode(page(0x45), 16);
  for (let i = 0; i < 16; i++) expect(v.ptePfn(napot.decode(stored, 0x200 + i, 16))).toBe(0x40 + i);
});

test('an entry that is copied to an address with another index maps another frame', () => {
  const stored = napot.encode(page(0x41), 4);
  expect(v.ptePfn(napot.decode(stored, 0x201, 4))).toBe(0x41);
  expect(v.ptePfn(napot.decode(stored, 0x202, 4))).toBe(0x42);
});

test('entries of single pages, and patterns of another size, are left alone', () => {
  const single = v.pteMknoncont(page(0x43));
  expect(napot.encode(single, 16)).toBe(single);
  expect(napot.decode(single, 0x203, 16)).toBe(single);
  const reserved = pteFromBigInt((1n << 63n) | (0x41n << 10n) | 0x17n);
  expect(napot.decode(reserved, 0x205, 16)).toBe(reserved);
});

test.each<[string, Partial<typeof napot>]>([
  ['entries of a block that are not alike', { encode: (pte) => pte }],
  ['entries that do not come back', { decode: (pte) => pte }],
  [
    'single pages that get a mark',
    { encode: (pte, n) => pteOr(napot.encode(pte, n), pteFromBigInt(1n << 63n)) },
  ],
])('the law of such blocks finds %s', (_, broken) => {
  const law = VALUE_CONTRACT.find(({ op }) => op === 'pteMkcont')?.law as ValueLaw;
  const pte = v.pteMkyoung(v.pfnPte(0x123456, v.mkProt({ read: true, write: true })));
  const sample = {
    pte,
    other: pte,
    pfn: 0x80,
    nr: 3,
    swp: { type: 2, offset: 9 },
    marker: 1,
    writable: true,
  };
  expect(law(riscv64, sample)).toBeNull();
  const cont = { ...riscv64.cont!, napot: { ...napot, ...broken } };
  expect(law({ ...riscv64, cont }, sample)).toMatch(/in a block of \d+/);
});
