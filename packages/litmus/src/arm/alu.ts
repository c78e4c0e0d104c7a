/** Arithmetic, moves, comparisons and selections. (Arm ARM DDI 0487 C6.2.) */

import { type Line, unknown } from '../parse/front-end.js';
import { numberAt, operand, registerAt } from '../parse/operands.js';
import type { Alu, Compute, Instruction, Register } from '../program/instruction.js';
import { ZERO } from '../program/instruction.js';
import { addFlags, CONDITIONS, FLAGS, logicalFlags, opposite, subFlags } from './flags.js';
import { modifier, second } from './operands.js';
import { narrow, type Width, widthOf } from './width.js';

const BINARY: Readonly<Record<string, Compute>> = {
  ADD: (a = 0n, b = 0n) => a + b,
  SUB: (a = 0n, b = 0n) => a - b,
  AND: (a = 0n, b = 0n) => a & b,
  ORR: (a = 0n, b = 0n) => a | b,
  EOR: (a = 0n, b = 0n) => a ^ b,
  BIC: (a = 0n, b = 0n) => a & ~b,
  ORN: (a = 0n, b = 0n) => a | ~b,
  EON: (a = 0n, b = 0n) => a ^ ~b,
  MUL: (a = 0n, b = 0n) => a * b,
  LSL: (a = 0n, b = 0n) => a << (b & 63n),
  LSR: (a = 0n, b = 0n) => a >> (b & 63n),
};

/** Those whose result depends on where the top bit is. */
const BY_WIDTH: Readonly<Record<string, (width: Width) => Compute>> = {
  ASR:
    (width) =>
    (a = 0n, b = 0n) =>
      BigInt.asIntN(width, a) >> (b & BigInt(width - 1)),
  ROR:
    (width) =>
    (a = 0n, b = 0n) => {
      const by = b & BigInt(width - 1);
      return (a >> by) | (a << (BigInt(width) - by));
    },
};

/** Bits of a register, from the lowest on, as a number with or without a sign. */
const EXTEND: Readonly<Record<string, (a: bigint) => bigint>> = {
  SXTB: (a) => BigInt.asIntN(8, a),
  SXTH: (a) => BigInt.asIntN(16, a),
  SXTW: (a) => BigInt.asIntN(32, a),
  UXTB: (a) => BigInt.asUintN(8, a),
  UXTH: (a) => BigInt.asUintN(16, a),
  UXTW: (a) => BigInt.asUintN(32, a),
};

/** Hints, and a prefetch: they order nothing and change nothing. */
const HINT = /^(?:NOP|YIELD|WFET?|WFIT?|SEVL?|DGH|HINT|PRFU?M)$/;

/** Flags that the forms with S set; their operands are those of the instruction. */
const FLAGGED: Readonly<Record<string, (a: bigint, b: bigint, width: Width) => bigint>> = {
  ADDS: (a, b, width) => addFlags(a, b, 0n, width),
  SUBS: subFlags,
  ANDS: (a, b, width) => logicalFlags(a & b, width),
  BICS: (a, b, width) => logicalFlags(a & ~b, width),
};

const SHORT: Readonly<Record<string, string>> = { CMP: 'SUBS', CMN: 'ADDS', TST: 'ANDS' };

/** An instruction of registers to a register. */
function alu(line: Line, rd: Register, left: Register | null, n: number, compute: Compute): Alu {
  const b = second(line, n);
  const rs = left === null ? [] : [left];
  if (b.register === null) {
    const { constant } = b;
    return { kind: 'alu', at: line.at, rd, rs, compute: (...operands) => compute(...operands, constant) };
  }
  const { register, modify } = b;
  const last = rs.length;
  return {
    kind: 'alu',
    at: line.at,
    rd,
    rs: [...rs, register],
    compute: (...operands) => compute(...operands.slice(0, last), modify(operands[last] ?? 0n)),
  };
}

function flagged(line: Line, name: string, rd: Register, left: Register, n: number): Instruction[] {
  const width = widthOf(line);
  const flags = FLAGGED[name];
  const result = BINARY[name.slice(0, -1)];
  if (flags === undefined || result === undefined) throw unknown(line);
  const set = alu(line, line.registers.hidden(FLAGS), left, n, (a = 0n, b = 0n) => flags(a, b, width));
  // Flags first: the result may overwrite an operand.
  return rd === ZERO ? [set] : [set, alu(line, rd, left, n, narrow(result, width))];
}

/** `CSEL`, `CSET` and their kin. */
function select(line: Line): Instruction[] {
  const { mnemonic } = line;
  const width = widthOf(line);
  const set = /^CSETM?$/.test(mnemonic);
  const short = /^C(?:INC|INV|NEG)$/.test(mnemonic);
  const code = operand(line, set ? 1 : short ? 2 : 3);
  const test = CONDITIONS.get(code.text.toUpperCase());
  if (test === undefined) throw line.source.error(code.at, `\`${code.text}\` is not a condition`);
  const change: Compute = /INC$|^CSET$/.test(mnemonic)
    ? (value = 0n) => value + 1n
    : /INV$|^CSETM$/.test(mnemonic)
      ? (value = 0n) => ~value
      : /NEG$/.test(mnemonic)
        ? (value = 0n) => -value
        : (value = 0n) => value;
  const yes = set ? ZERO : registerAt(line, 1);
  const no = set || short ? yes : registerAt(line, 2);
  return [
    {
      kind: 'select',
      at: line.at,
      rd: registerAt(line, 0),
      flags: line.registers.hidden(FLAGS),
      test: set || short ? opposite(test) : test,
      yes,
      no,
      change: narrow(change, width),
    },
  ];
}

/** Registers to registers; null if the line is something else. */
export function readAlu(line: Line): Instruction[] | null {
  const { mnemonic } = line;
  const long = SHORT[mnemonic];
  if (long !== undefined) return flagged(line, long, ZERO, registerAt(line, 0), 1);
  if (FLAGGED[mnemonic] !== undefined)
    return flagged(line, mnemonic, registerAt(line, 0), registerAt(line, 1), 2);
  const binary = BINARY[mnemonic] ?? BY_WIDTH[mnemonic]?.(widthOf(line));
  if (binary !== undefined) {
    return [alu(line, registerAt(line, 0), registerAt(line, 1), 2, narrow(binary, widthOf(line)))];
  }
  if (/^CS(?:EL|ETM?|INC|INV|NEG)$|^C(?:INC|INV|NEG)$/.test(mnemonic)) return select(line);
  return readMove(line);
}

function readMove(line: Line): Instruction[] | null {
  const width = (): Width => widthOf(line);
  switch (line.mnemonic) {
    case 'MOV':
    case 'MOVZ':
      return [
        alu(
          line,
          registerAt(line, 0),
          null,
          1,
          narrow((a = 0n) => a, width()),
        ),
      ];
    case 'MVN':
      return [
        alu(
          line,
          registerAt(line, 0),
          null,
          1,
          narrow((a = 0n) => ~a, width()),
        ),
      ];
    case 'NEG':
      return [
        alu(
          line,
          registerAt(line, 0),
          null,
          1,
          narrow((a = 0n) => -a, width()),
        ),
      ];
    case 'MOVN':
      return [
        alu(
          line,
          registerAt(line, 0),
          null,
          1,
          narrow((a = 0n) => ~a, width()),
        ),
      ];
    case 'MOVK':
      return [keep(line)];
    case 'UBFX':
    case 'SBFX': {
      const [from, size] = [numberAt(line, 2), Number(numberAt(line, 3))];
      const bits = line.mnemonic === 'UBFX' ? BigInt.asUintN : BigInt.asIntN;
      const compute = narrow((a = 0n) => bits(size, a >> from), width());
      return [{ kind: 'alu', at: line.at, rd: registerAt(line, 0), rs: [registerAt(line, 1)], compute }];
    }
    default: {
      if (HINT.test(line.mnemonic)) return [];
      const extend = EXTEND[line.mnemonic];
      if (extend === undefined) return null;
      return [
        alu(
          line,
          registerAt(line, 0),
          null,
          1,
          narrow((a = 0n) => extend(a), width()),
        ),
      ];
    }
  }
}

/** `MOVK X0,#1,LSL #16`: 16 bits of a register, the others stay. */
function keep(line: Line): Alu {
  const rd = registerAt(line, 0);
  const value = numberAt(line, 1);
  const shift = line.operands[2];
  const by = shift === undefined ? 0n : modifier(shift.text)?.(1n);
  if (by === undefined) throw unknown(line);
  const [mask, bits] = by === 0n ? [0xffffn, value] : [0xffffn * by, value * by];
  return { kind: 'alu', at: line.at, rd, rs: [rd], compute: (a = 0n) => (a & ~mask) | bits };
}
