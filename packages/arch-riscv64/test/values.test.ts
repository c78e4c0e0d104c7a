import { type PteWord, pteFromBigInt, pteHex } from '@racewalk/core';
import { expect, test } from 'vitest';
import { riscv64 } from '../src/index.js';
import { malformed, values as v } from '../src/values.js';

const hex = (pte: PteWord) => pteHex(pte).replace(/0x0*/, '0x');
const entry = (raw: bigint) => pteFromBigInt(raw);

test('protections', () => {
  // V 1, R 2, W 4, X 8, U 0x10; G 0x20 without V is PROT_NONE.
  expect(hex(v.mkProt({ read: true, write: true }))).toBe('0x17');
  expect(hex(v.mkProt({ read: true, write: false }))).toBe('0x13');
  expect(hex(v.mkProt({ read: true, write: false, exec: true }))).toBe('0x1b');
  expect(hex(v.mkProt({ read: false, write: false }))).toBe('0x22');
});

test('the frame stands in bits 53:10', () => {
  expect(hex(v.pfnPte(0x40, v.mkProt({ read: true, write: false })))).toBe('0x10013');
  expect(v.ptePfn(entry(0x10017n))).toBe(0x40);
});

test('dirty outlives the write permission', () => {
  const dirty = v.pteMkdirty(v.pteMkwrite(entry(0x10053n)));
  expect(hex(dirty)).toBe('0x100d7');
  expect(hex(v.pteWrprotect(dirty))).toBe('0x100d3');
  expect(v.pteDirty(v.pteModify(dirty, v.protNone()))).toBe(true);
});

test('a swap entry has bits 0 to 3 and 5 clear, at every level', () => {
  const swap = riscv64.swap.swpEntryToPte({ type: 31, offset: 0x123 });
  expect(hex(swap)).toBe('0x123f80');
  expect([
    v.ptePresent(swap),
    riscv64.pmd.pmdPresent(riscv64.swap.swpEntryToPmd({ type: 1, offset: 9 })),
  ]).toEqual([false, false]);
});

test('a huge leaf is told from a table by R, W and X, and stays present without V', () => {
  const leaf = riscv64.pmd.pfnPmd(0x200, v.mkProt({ read: true, write: true }));
  const table = riscv64.pmd.pmdPopulate(0x300);
  expect([riscv64.pmd.pmdLeaf(leaf), riscv64.pmd.pmdLeaf(table), riscv64.pmd.pmdBad(table)]).toEqual([
    true,
    false,
    false,
  ]);
  const invalid = riscv64.pmd.pmdMkinvalid(leaf);
  expect([v.pteValid(invalid), riscv64.pmd.pmdPresent(invalid)]).toEqual([false, true]);
});

test('malformed: reserved encodings', () => {
  expect(malformed(entry(0x10001n))).toMatch(/V without R, W and X/);
  expect(malformed(entry(0x10015n))).toMatch(/W without R/);
  expect(malformed(entry(0x10017n))).toBe(null);
  expect(malformed(entry(0n))).toBe(null);
});
