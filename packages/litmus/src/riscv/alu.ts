/** Arithmetic and jumps. (RISC-V ISA manual, volume I: RV64I and its pseudo-instructions.) */

import type { Draft, Jump, Line } from '../parse/front-end.js';
import { numberAt, operand, registerAt } from '../parse/operands.js';
import { type Compute, type Register, type Test, ZERO } from '../program/instruction.js';

const signed = (value: bigint): bigint => BigInt.asIntN(64, value);
const word = (value: bigint): bigint => BigInt.asIntN(32, value);
const flag = (yes: boolean): bigint => (yes ? 1n : 0n);

const BINARY: Readonly<Record<string, Compute>> = {
  ADD: (a = 0n, b = 0n) => a + b,
  SUB: (a = 0n, b = 0n) => a - b,
  AND: (a = 0n, b = 0n) => a & b,
  OR: (a = 0n, b = 0n) => a | b,
  XOR: (a = 0n, b = 0n) => a ^ b,
  SLL: (a = 0n, b = 0n) => a << (b & 63n),
  SRL: (a = 0n, b = 0n) => a >> (b & 63n),
  SLT: (a = 0n, b = 0n) => flag(signed(a) < signed(b)),
  SLTU: (a = 0n, b = 0n) => flag(a < b),
  ADDW: (a = 0n, b = 0n) => word(a + b),
  SUBW: (a = 0n, b = 0n) => word(a - b),
  SRA: (a = 0n, b = 0n) => signed(a) >> (b & 63n),
  SLLW: (a = 0n, b = 0n) => word(a << (b & 31n)),
  SRLW: (a = 0n, b = 0n) => word(BigInt.asUintN(32, a) >> (b & 31n)),
  SRAW: (a = 0n, b = 0n) => word(a) >> (b & 31n),
  MUL: (a = 0n, b = 0n) => a * b,
};

const UNARY: Readonly<Record<string, Compute>> = {
  MV: (a = 0n) => a,
  NOT: (a = 0n) => ~a,
  NEG: (a = 0n) => -a,
  SEQZ: (a = 0n) => flag(a === 0n),
  SNEZ: (a = 0n) => flag(a !== 0n),
  NEGW: (a = 0n) => word(-a),
  SLTZ: (a = 0n) => flag(signed(a) < 0n),
  SGTZ: (a = 0n) => flag(signed(a) > 0n),
  'SEXT.W': (a = 0n) => word(a),
};

/** The form with a constant, by name: ADDI, ADDIW, SLTIU. */
function withConstant(name: string): Compute | undefined {
  const match = /^(.*)I(U|W)?$/.exec(name);
  return match === null ? undefined : BINARY[`${match[1]}${match[2] ?? ''}`];
}

const COMPARE: Readonly<Record<string, Test>> = {
  BEQ: (a = 0n, b = 0n) => a === b,
  BNE: (a = 0n, b = 0n) => a !== b,
  BLT: (a = 0n, b = 0n) => signed(a) < signed(b),
  BGE: (a = 0n, b = 0n) => signed(a) >= signed(b),
  BGT: (a = 0n, b = 0n) => signed(a) > signed(b),
  BLE: (a = 0n, b = 0n) => signed(a) <= signed(b),
  BLTU: (a = 0n, b = 0n) => a < b,
  BGEU: (a = 0n, b = 0n) => a >= b,
  BGTU: (a = 0n, b = 0n) => a > b,
  BLEU: (a = 0n, b = 0n) => a <= b,
};

/** Registers to registers, and jumps; null if the line is something else. */
export function readAlu(line: Line): Draft[] | null {
  const { mnemonic, at } = line;
  const result = (rs: readonly Register[], compute: Compute): Draft[] => [
    { kind: 'alu', at, rd: registerAt(line, 0), rs, compute },
  ];
  if (mnemonic === 'NOP' || mnemonic === 'PAUSE') return [];
  if (mnemonic === 'LUI') {
    const value = numberAt(line, 1);
    return result([], () => word(value << 12n));
  }
  if (mnemonic === 'LI') {
    const value = numberAt(line, 1);
    return result([], () => value);
  }
  const unary = UNARY[mnemonic];
  if (unary !== undefined) return result([registerAt(line, 1)], unary);
  const binary = BINARY[mnemonic];
  if (binary !== undefined) return result([registerAt(line, 1), registerAt(line, 2)], binary);
  const constant = withConstant(mnemonic);
  if (constant !== undefined) {
    const value = BigInt.asUintN(64, numberAt(line, 2));
    return result([registerAt(line, 1)], (a = 0n) => constant(a, value));
  }
  return readJump(line);
}

function readJump(line: Line): Jump[] | null {
  const { mnemonic, at } = line;
  const jump = (rs: readonly Register[], test: Test, label: number): Jump[] => [
    { kind: 'branch', at, rs, test, label: operand(line, label) },
  ];
  if (mnemonic === 'J') return jump([], () => true, 0);
  // The return address goes nowhere.
  if (mnemonic === 'JAL' && registerAt(line, 0) === ZERO) return jump([], () => true, 1);
  const compare = COMPARE[mnemonic];
  if (compare !== undefined) return jump([registerAt(line, 0), registerAt(line, 1)], compare, 2);
  const zero = COMPARE[/^(.*)Z$/.exec(mnemonic)?.[1] ?? ''];
  return zero === undefined ? null : jump([registerAt(line, 0)], (a = 0n) => zero(a, 0n), 1);
}
