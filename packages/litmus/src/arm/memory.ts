/** Loads, stores and atomics. (Arm ARM DDI 0487 C3.2.) */

import { type Line, unknown } from '../parse/front-end.js';
import { literal, operand, registerAt } from '../parse/operands.js';
import {
  type Address,
  type Atomic,
  type Compute,
  type Instruction,
  type Register,
  ZERO,
} from '../program/instruction.js';
import { addressAt } from './operands.js';
import { cut, widthOf } from './width.js';

const LOAD = /^LD(A?)(P?)(X?)(U?)R$/;
const STORE = /^ST(L?)(U?)R$|^STLUR$/;

/** Address and write-back: `[X1,#8]!` and `[X1],#8` change the base register. */
function addressed(line: Line, n: number): { address: Address; before: Instruction[]; after: Instruction[] } {
  const { text, at } = operand(line, n);
  const step = line.operands[n + 1];
  const add = (base: Register, by: bigint): Instruction[] => [
    { kind: 'alu', at: line.at, rd: base, rs: [base], compute: (a = 0n) => a + by },
  ];
  if (text.endsWith('!')) {
    const operands = line.operands.with(n, { text: text.slice(0, -1).trim(), at });
    const { base, offset } = addressAt({ ...line, operands }, n);
    return { address: { base, index: ZERO, extend: null, offset: 0n }, before: add(base, offset), after: [] };
  }
  const address = addressAt(line, n);
  if (step === undefined) return { address, before: [], after: [] };
  const by = literal(step.text);
  if (by === null) throw unknown(line);
  return { address, before: [], after: add(address.base, by) };
}

function load(line: Line): Instruction[] | null {
  const match = LOAD.exec(line.mnemonic);
  if (match === null) return null;
  const [acquire, pc, exclusive] = [match[1] === 'A', match[2] === 'P', match[3] === 'X'];
  const { address, before, after } = addressed(line, 1);
  const rcsc = acquire && !pc;
  return [
    ...before,
    { kind: 'load', at: line.at, rd: registerAt(line, 0), address, acquire, release: false, rcsc, exclusive },
    ...after,
  ];
}

/** A word as a number with a sign, in a register of 64 bits: `LDRSW`, `LDURSW`. */
function signedLoad(line: Line): Instruction[] | null {
  if (!/^LDU?RSW$/.test(line.mnemonic)) return null;
  const rd = registerAt(line, 0);
  const { address, before, after } = addressed(line, 1);
  const order = { acquire: false, release: false, rcsc: false, exclusive: false };
  const { at } = line;
  const sign: Instruction = { kind: 'alu', at, rd, rs: [rd], compute: (a = 0n) => BigInt.asIntN(32, a) };
  return [...before, { kind: 'load', at, rd, address, ...order }, sign, ...after];
}

function store(line: Line): Instruction[] | null {
  const exclusive = /^ST(L?)XR$/.exec(line.mnemonic);
  const match = exclusive ?? STORE.exec(line.mnemonic);
  if (match === null) return null;
  const release = line.mnemonic.startsWith('STL');
  const first = exclusive ? 1 : 0;
  const { address, before, after } = addressed(line, first + 1);
  const status = exclusive ? registerAt(line, 0) : ZERO;
  const rs = registerAt(line, first);
  const order = { acquire: false, release, rcsc: release, exclusive: exclusive !== null };
  return [...before, { kind: 'store', at: line.at, rs, status, address, ...order }, ...after];
}

/** Pairs are two accesses in no order of their own. */
function pair(line: Line): Instruction[] | null {
  const match = /^(LD|ST)N?P$/.exec(line.mnemonic);
  if (match === null) return null;
  const bytes = BigInt(widthOf(line) / 8);
  const { address, before, after } = addressed(line, 2);
  const order = { acquire: false, release: false, rcsc: false, exclusive: false };
  const second: Address = { ...address, offset: address.offset + bytes };
  const [a, b] = [registerAt(line, 0), registerAt(line, 1)];
  const { at } = line;
  if (match[1] === 'ST') {
    const of = (rs: Register, to: Address): Instruction => ({
      kind: 'store',
      at,
      rs,
      status: ZERO,
      address: to,
      ...order,
    });
    return [...before, of(a, address), of(b, second), ...after];
  }
  const of = (rd: Register, from: Address): Instruction => ({
    kind: 'load',
    at,
    rd,
    address: from,
    ...order,
  });
  // The base is read before either is written.
  const both = a === address.base ? [of(b, second), of(a, address)] : [of(a, address), of(b, second)];
  return [...before, ...both, ...after];
}

const asSigned = (value: bigint): bigint => BigInt.asIntN(64, value);

const COMBINE: Readonly<Record<string, Compute>> = {
  SWP: (_, value = 0n) => value,
  CAS: (_, value = 0n) => value,
  ADD: (old = 0n, value = 0n) => old + value,
  SET: (old = 0n, value = 0n) => old | value,
  CLR: (old = 0n, value = 0n) => old & ~value,
  EOR: (old = 0n, value = 0n) => old ^ value,
  SMAX: (old = 0n, value = 0n) => (asSigned(old) > asSigned(value) ? old : value),
  SMIN: (old = 0n, value = 0n) => (asSigned(old) < asSigned(value) ? old : value),
  UMAX: (old = 0n, value = 0n) => (old > value ? old : value),
  UMIN: (old = 0n, value = 0n) => (old < value ? old : value),
};

const ATOMIC = /^(LD|ST|)(SWP|CAS|ADD|SET|CLR|EOR|SMAX|SMIN|UMAX|UMIN)(A?)(L?)$/;

function atomic(line: Line): Instruction[] | null {
  const [, form, name = '', a, l] = ATOMIC.exec(line.mnemonic) ?? [];
  const combine = COMBINE[name];
  const bare = name === 'SWP' || name === 'CAS';
  if (combine === undefined || bare !== (form === '')) return null;
  const cas = name === 'CAS';
  const silent = form === 'ST';
  const rd = silent ? ZERO : registerAt(line, cas ? 0 : 1);
  // Without a destination nothing waits for the old value (C3.2.12), and acquire has no meaning.
  const noReturn = !cas && rd === ZERO;
  const width = widthOf(line);
  const access: Atomic = {
    kind: 'atomic',
    at: line.at,
    rd,
    rs: registerAt(line, cas ? 1 : 0),
    address: addressAt(line, silent ? 1 : 2),
    // Values of W registers are cut; whole words, such as descriptors, pass as they are.
    combine: bare || width === 64 ? combine : (old = 0n, value = 0n) => cut(combine(old, value), 32),
    swap: bare,
    expected: cas ? rd : null,
    noReturn,
    acquire: a === 'A',
    release: l === 'L',
    rcsc: true,
    exclusive: false,
  };
  return [access];
}

/** Accesses to memory; null if the line is something else. */
export const readMemory = (line: Line): Instruction[] | null =>
  load(line) ?? signedLoad(line) ?? store(line) ?? pair(line) ?? atomic(line);
