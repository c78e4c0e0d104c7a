import { type PteWord, pteFromBigInt, pteHex } from '@racewalk/core';
import { expect, test } from 'vitest';
import { malformed, values as v } from '../src/values.js';

const hex = (pte: PteWord) => pteHex(pte).replace(/0x0*/, '0x');
const entry = (raw: bigint) => pteFromBigInt(raw);

test('protections', () => {
  // P 0x80, W 0x100, PLV3 0xc, coherent cached 0x10; NX and NR on top; PROTNONE 0x400.
  expect(hex(v.mkProt({ read: true, write: true }))).toBe('0x400000000000019c');
  expect(hex(v.mkProt({ read: true, write: false }))).toBe('0x400000000000009c');
  expect(hex(v.mkProt({ read: true, write: false, exec: true }))).toBe('0x9c');
  expect(hex(v.mkProt({ read: false, write: false }))).toBe('0x600000000000041c');
});

test('D goes with W, and MODIFIED stays', () => {
  const rw = entry(0x4019dn);
  expect(hex(v.pteMkdirty(rw))).toBe('0x4039f');
  expect(hex(v.pteWrprotect(v.pteMkdirty(rw)))).toBe('0x4029d');
  expect(hex(v.pteMkwrite(v.pteWrprotect(v.pteMkdirty(rw))))).toBe('0x4039f');
  expect(hex(v.pteMkdirty(v.pteWrprotect(rw)))).toBe('0x4029d');
  expect(hex(v.pteMkclean(entry(0x4039fn)))).toBe('0x4019d');
});

test('a store that only the hardware recorded survives what takes D away', () => {
  const hardware = entry(0x4019fn);
  expect(v.pteDirty(hardware)).toBe(true);
  expect(hex(v.pteWrprotect(hardware))).toBe('0x4029d');
  expect(v.pteDirty(v.pteModify(hardware, v.mkProt({ read: true, write: false })))).toBe(true);
  expect(hex(v.pteModify(hardware, v.protNone()))).toBe('0x600000000004061c');
});

test('malformed: what the hardware would use although nobody meant it to', () => {
  expect(malformed(entry(0x4041dn))).toMatch(/V or D without P/);
  expect(malformed(entry(0x4009fn))).toMatch(/D without W/);
  expect(malformed(entry(0x4019fn))).toBe(null);
  expect(malformed(entry(0n))).toBe(null);
});
