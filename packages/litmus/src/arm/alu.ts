/** Arithmetic, moves, comparisons and selections. (Arm ARM DDI 0487 C6.2.) */

import { type Line, unknown } from '../parse/front-end.js';
import { numberAt, operand, registerAt } from '../parse/operands.js';
import type { Alu, Compute, Instruction, Register } from '../program/instruction.js';
import { ZERO } from '../program/instruction.js';
import { addFlags, CONDITIONS, FLAGS, logicalFlags, opposite, subFlags } from './flags.js';
import { second } from './operands.js';
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
  const binary = BINARY[mnemonic];
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
    case 'SXTW':
      return [alu(line, registerAt(line, 0), null, 1, (a = 0n) => BigInt.asIntN(32, a))];
    case 'UXTW':
      return [alu(line, registerAt(line, 0), null, 1, (a = 0n) => BigInt.asUintN(32, a))];
    case 'UBFX': {
      const [from, size] = [numberAt(line, 2), numberAt(line, 3)];
      const compute: Compute = (a = 0n) => BigInt.asUintN(Number(size), a >> from);
      return [{ kind: 'alu', at: line.at, rd: registerAt(line, 0), rs: [registerAt(line, 1)], compute }];
    }
    case 'NOP':
      return [];
    default:
      return null;
  }
}
