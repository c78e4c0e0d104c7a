import { type PteWord, pteFromBigInt, pteHex } from '@racewalk/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { softDirtyX86_64, x86_64 } from '../src/index.js';

const pteToBigInt = (pte: PteWord): bigint => BigInt(pteHex(pte));

const ALL = (1n << 64n) - 1n;
const PTE_FRAME = ((1n << 52n) - 1n) & ~0xfffn;
const PMD_FRAME = ((1n << 52n) - 1n) & ~((1n << 21n) - 1n);
const PRESENT = 1n;
const PROTNONE = 1n << 8n;
const PSE = 1n << 7n;

/** What a value that is not present is stored as: every bit of the frame inverted. */
const inverted = (value: bigint): bigint => (value !== 0n && (value & PRESENT) === 0n ? ALL : 0n);

/** The helper as arithmetic on 64 bits, written from the description of the format. */
function mkinvalid(value: bigint): bigint {
  const frame = (value ^ inverted(value)) & ((value & PSE) === 0n ? PTE_FRAME : PMD_FRAME);
  const flags = value & ~((value & PSE) === 0n ? PTE_FRAME : PMD_FRAME) & ~(PRESENT | PROTNONE) & ALL;
  return ((frame ^ inverted(flags)) & PMD_FRAME) | flags;
}

describe.each([x86_64, softDirtyX86_64])('pmd_mkinvalid on $id', ({ pmd, swap }) => {
  const invalid = (value: bigint) => pteHex(pmd.pmdMkinvalid(pteFromBigInt(value)));

  test('loses the low bits of the offset of a migration entry', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 30 }), fc.boolean(), (offset, writable) => {
        const { makeWritableMigrationEntry, makeReadableMigrationEntry } = swap;
        const entry = (writable ? makeWritableMigrationEntry : makeReadableMigrationEntry)(offset);
        const value = pteToBigInt(swap.swpEntryToPmd(entry));
        expect(invalid(value)).toBe(pteHex(pteFromBigInt(mkinvalid(value))));
      }),
    );
  });

  test('a frame of 2 MiB is another one afterwards', () => {
    const entry = swap.swpEntryToPmd(swap.makeWritableMigrationEntry(0x200));
    const after = swap.pmdToSwpEntry(pmd.pmdMkinvalid(entry));
    expect(after.offset).not.toBe(0x200);
    // 9 bits of the frame, inverted as the offset is: all ones.
    expect(after.offset & 0xff8).toBe(0xff8);
  });

  test('is what it was for a leaf that is aligned', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 20 }), fc.boolean(), (huge, write) => {
        const prot = (write ? 3n : 1n) | PSE | (1n << 5n);
        const value = (BigInt(huge) << 21n) | prot;
        // Bits 20:12 of a leaf are flags of the format, of which only PAT is used; the model keeps them in the frame.
        expect(pteToBigInt(pmd.pmdMkinvalid(pteFromBigInt(value))) & (PMD_FRAME | 0xfffn)).toBe(
          mkinvalid(value) & (PMD_FRAME | 0xfffn),
        );
      }),
    );
  });
});
