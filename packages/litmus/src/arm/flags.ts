/** Condition flags, NZCV as bits 3:0. (Arm ARM DDI 0487 C1.2.4.) */
import type { Test } from '../program/instruction.js';
import { cut, type Width } from './width.js';

/** The register that no text names. */
export const FLAGS = 'NZCV';

const N = 8n;
const Z = 4n;
const C = 2n;
const V = 1n;

const negative = (value: bigint, width: Width): boolean => value >> BigInt(width - 1) === 1n;

const pack = (result: bigint, width: Width, c: boolean, v: boolean): bigint =>
  (negative(result, width) ? N : 0n) | (result === 0n ? Z : 0n) | (c ? C : 0n) | (v ? V : 0n);

/** Flags of a logical result. */
export const logicalFlags = (result: bigint, width: Width): bigint =>
  pack(cut(result, width), width, false, false);

/** Flags of `a + b + carry`. */
export function addFlags(a: bigint, b: bigint, carry: bigint, width: Width): bigint {
  const [x, y] = [cut(a, width), cut(b, width)];
  const sum = x + y + carry;
  const result = cut(sum, width);
  const overflow =
    negative(x, width) === negative(y, width) && negative(result, width) !== negative(x, width);
  return pack(result, width, sum !== result, overflow);
}

/** Flags of `a - b`. */
export const subFlags = (a: bigint, b: bigint, width: Width): bigint =>
  addFlags(a, cut(~b, width), 1n, width);

const on =
  (flag: bigint): Test =>
  (flags = 0n) =>
    (flags & flag) !== 0n;
const not =
  (test: Test): Test =>
  (flags = 0n) =>
    !test(flags);
const higher: Test = (flags = 0n) => (flags & C) !== 0n && (flags & Z) === 0n;
const atLeast: Test = (flags = 0n) => ((flags & N) !== 0n) === ((flags & V) !== 0n);
const greater: Test = (flags = 0n) => atLeast(flags) && (flags & Z) === 0n;

/** Condition codes. */
export const CONDITIONS: ReadonlyMap<string, Test> = new Map([
  ['EQ', on(Z)],
  ['NE', not(on(Z))],
  ['CS', on(C)],
  ['HS', on(C)],
  ['CC', not(on(C))],
  ['LO', not(on(C))],
  ['MI', on(N)],
  ['PL', not(on(N))],
  ['VS', on(V)],
  ['VC', not(on(V))],
  ['HI', higher],
  ['LS', not(higher)],
  ['GE', atLeast],
  ['LT', not(atLeast)],
  ['GT', greater],
  ['LE', not(greater)],
  ['AL', () => true],
]);

/** The opposite condition. */
export const opposite = not;
