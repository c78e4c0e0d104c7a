/**
 * Loads, stores, atomics and fences. (RISC-V ISA manual, volume I: RV64I, the A extension, Zifencei.)
 *
 * The bits aq and rl on LR, SC and AMOs are RCsc; plain loads and stores that have them in a text are RCpc.
 */

import { type Line, unknown } from '../parse/front-end.js';
import { literal, operand, registerAt } from '../parse/operands.js';
import { type Address, type Compute, type Instruction, READS, WRITES, ZERO } from '../program/instruction.js';

const BOTH = READS | WRITES;

/** Operand `n` as `4(x5)` or `(x5)`. */
function addressAt(line: Line, n: number): Address {
  const { text, at } = operand(line, n);
  const match = /^([^(]*)\(\s*(\w+)\s*\)$/.exec(text);
  const offset = match?.[1]?.trim() ? literal(match[1].trim()) : 0n;
  if (match === null || offset === null)
    throw unknown(line, 'has a form of address that is outside the subset');
  const base = line.registers.register(match[2] ?? '', at);
  return { base, index: ZERO, extend: null, offset };
}

/** The letters of a mnemonic behind its first point: `.w.aq.rl`, `.aqrl`. */
function order(mnemonic: string, rcsc: boolean) {
  const bits = mnemonic.slice(mnemonic.indexOf('.') + 1).replace(/\./g, '');
  const has = (bit: string) => mnemonic.includes('.') && new RegExp(`${bit}`).test(bits);
  return { acquire: has('AQ'), release: has('RL'), rcsc };
}

/** Which accesses the letters of a fence mean; `i` and `o` are for devices. */
const kinds = (letters: string): number =>
  (/r/i.test(letters) ? READS : 0) | (/w/i.test(letters) ? WRITES : 0);

function fence(line: Line): Instruction[] {
  const { at, mnemonic } = line;
  const of = (before: number, after: number): Instruction => ({
    kind: 'fence',
    at,
    before,
    after,
    completes: false,
  });
  // Instruction fetches are not modelled, and data accesses it does not order.
  if (mnemonic === 'FENCE.I') return [];
  if (mnemonic === 'FENCE.TSO') return [of(READS, BOTH), of(WRITES, WRITES)];
  const [before = 'rw', after = 'rw'] = line.operands.map(({ text }) => text);
  if (!/^[iorw]+$/i.test(before + after)) throw unknown(line);
  return [of(kinds(before), kinds(after))];
}

const signed = (value: bigint): bigint => BigInt.asIntN(64, value);

const COMBINE: Readonly<Record<string, Compute>> = {
  SWAP: (_, value = 0n) => value,
  ADD: (old = 0n, value = 0n) => old + value,
  AND: (old = 0n, value = 0n) => old & value,
  OR: (old = 0n, value = 0n) => old | value,
  XOR: (old = 0n, value = 0n) => old ^ value,
  MAX: (old = 0n, value = 0n) => (signed(old) > signed(value) ? old : value),
  MIN: (old = 0n, value = 0n) => (signed(old) < signed(value) ? old : value),
  MAXU: (old = 0n, value = 0n) => (old > value ? old : value),
  MINU: (old = 0n, value = 0n) => (old < value ? old : value),
};

/** Accesses and fences; null if the line is something else. */
export function readMemory(line: Line): Instruction[] | null {
  const { mnemonic, at } = line;
  if (/^FENCE(?:\.I|\.TSO)?$/.test(mnemonic)) return fence(line);
  if (/^(?:L[WD]|LWU)(?:\.|$)/.test(mnemonic)) {
    const rest = { ...order(mnemonic, false), exclusive: false };
    return [{ kind: 'load', at, rd: registerAt(line, 0), address: addressAt(line, 1), ...rest }];
  }
  if (/^S[WD](?:\.|$)/.test(mnemonic)) {
    const rest = { ...order(mnemonic, false), exclusive: false };
    return [
      { kind: 'store', at, rs: registerAt(line, 0), status: ZERO, address: addressAt(line, 1), ...rest },
    ];
  }
  if (/^LR\.[WD]/.test(mnemonic)) {
    const rest = { ...order(mnemonic.slice(3), true), exclusive: true };
    return [{ kind: 'load', at, rd: registerAt(line, 0), address: addressAt(line, 1), ...rest }];
  }
  if (/^SC\.[WD]/.test(mnemonic)) {
    const rest = { ...order(mnemonic.slice(3), true), exclusive: true };
    const [status, rs] = [registerAt(line, 0), registerAt(line, 1)];
    return [{ kind: 'store', at, rs, status, address: addressAt(line, 2), ...rest }];
  }
  const [, name = ''] = /^AMO([A-Z]+)\.[WD]/.exec(mnemonic) ?? [];
  const combine = COMBINE[name];
  if (combine === undefined) return null;
  return [
    {
      kind: 'atomic',
      at,
      rd: registerAt(line, 0),
      rs: registerAt(line, 1),
      address: addressAt(line, 2),
      combine,
      swap: name === 'SWAP',
      expected: null,
      noReturn: false,
      exclusive: false,
      ...order(mnemonic.slice(3 + name.length + 1), true),
    },
  ];
}
