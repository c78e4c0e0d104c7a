import {
  bit,
  bits,
  fieldOf,
  fieldWord,
  PTE_ZERO,
  pteAll,
  pteAnd,
  pteAndNot,
  pteAny,
  pteById,
  pteFromBigInt,
  pteHex,
  pteOr,
  pteWord,
  RacewalkError,
} from '@racewalk/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pteToBigInt } from '../src/pte/word.js';

const u64 = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n });

describe('interned words', () => {
  it('are equal exactly if their bits are', () => {
    fc.assert(fc.property(u64, u64, (a, b) => (pteFromBigInt(a) === pteFromBigInt(b)) === (a === b)));
  });

  it('agree with BigInt arithmetic', () => {
    fc.assert(
      fc.property(u64, u64, (a, b) => {
        const [x, y] = [pteFromBigInt(a), pteFromBigInt(b)];
        expect(pteToBigInt(x)).toBe(a);
        expect(pteToBigInt(pteOr(x, y))).toBe(a | b);
        expect(pteToBigInt(pteAnd(x, y))).toBe(a & b);
        expect(pteToBigInt(pteAndNot(x, y))).toBe(a & ~b & ((1n << 64n) - 1n));
        expect(pteAny(x, y)).toBe((a & b) !== 0n);
        expect(pteAll(x, y)).toBe((a & b) === b);
        expect(pteById(x.id)).toBe(x);
      }),
    );
  });

  it('lead to no other word, so that a comparison in depth ends at once', () => {
    const word = pteFromBigInt(0x1234n);
    pteOr(word, pteFromBigInt(0xff00n));
    pteAndNot(word, pteFromBigInt(0x34n));
    expect(Object.values(word).every((value) => typeof value === 'number')).toBe(true);
  });

  it('give single bits and fields their place', () => {
    for (let n = 0; n < 64; n++) expect(pteToBigInt(bit(n))).toBe(1n << BigInt(n));
    expect(pteHex(bits(12, 47))).toBe('0x0000fffffffff000');
    expect(fieldOf(pteWord(0x12345678, 0x9abcdef0), 28, 35)).toBe(0x01);
    expect(pteHex(fieldWord(0x42, 12, 47))).toBe('0x0000000000042000');
    expect(PTE_ZERO.id).toBe(0);
  });

  it('refuse what does not fit', () => {
    expect(() => fieldWord(16, 4, 7)).toThrow(RacewalkError);
    expect(() => pteFromBigInt(1n << 64n)).toThrow(/not a 64-bit/);
    expect(() => pteById(1e9)).toThrow(/no interned word/);
  });
});
