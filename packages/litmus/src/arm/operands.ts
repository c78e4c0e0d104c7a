/** Second operands, shifts, extensions and addresses. (Arm ARM DDI 0487 C1.3.) */

import { type Line, unknown } from '../parse/front-end.js';
import { literal, operand } from '../parse/operands.js';
import { splitOutside } from '../parse/text.js';
import { type Address, type Compute, type Register, ZERO } from '../program/instruction.js';

const signed = (bits: number, value: bigint): bigint => BigInt.asUintN(64, BigInt.asIntN(bits, value));

const EXTENSIONS: Readonly<Record<string, Compute>> = {
  SXTW: (value = 0n) => signed(32, value),
  SXTH: (value = 0n) => signed(16, value),
  SXTB: (value = 0n) => signed(8, value),
  SXTX: (value = 0n) => value,
  UXTW: (value = 0n) => BigInt.asUintN(32, value),
  UXTH: (value = 0n) => BigInt.asUintN(16, value),
  UXTB: (value = 0n) => BigInt.asUintN(8, value),
  UXTX: (value = 0n) => value,
  LSL: (value = 0n) => value,
};

/** `LSL #3`, `SXTW`, `UXTW #2`: what it does to a register; null if it is something else. */
export function modifier(text: string): Compute | null {
  const [name = '', amount = '#0'] = text.split(/\s+/);
  const by = literal(amount);
  if (by === null) return null;
  if (/^LSR$/i.test(name)) return (value = 0n) => value >> by;
  if (/^ASR$/i.test(name)) return (value = 0n) => BigInt.asIntN(64, value) >> by;
  const extend = EXTENSIONS[name.toUpperCase()];
  return extend === undefined ? null : (value = 0n) => extend(value) << by;
}

/** A register, possibly modified, or a constant. */
export type Second =
  | { readonly register: Register; readonly modify: Compute }
  | { readonly register: null; readonly constant: bigint };

/** Operand `n`, and the modifier behind it. */
export function second(line: Line, n: number): Second {
  const { text, at } = operand(line, n);
  const constant = literal(text);
  const behind = line.operands[n + 1];
  if (constant !== null) {
    const shifted = behind === undefined ? constant : modifier(behind.text)?.(constant);
    if (shifted === undefined) throw unknown(line);
    return { register: null, constant: shifted };
  }
  const modify = behind === undefined ? (value = 0n) => value : modifier(behind.text);
  if (modify === null) throw unknown(line);
  return { register: line.registers.register(text, at), modify };
}

/** Operand `n` as an address: `[X1]`, `[X1,#8]`, `[X1,W2,SXTW]`. */
export function addressAt(line: Line, n: number): Address {
  const { text, at } = operand(line, n);
  if (!text.startsWith('[') || !text.endsWith(']'))
    throw unknown(line, 'has a form of address that is outside the subset');
  const [base, index, extend] = splitOutside({ text: text.slice(1, -1), at: at + 1 }, ',');
  if (base === undefined) throw line.source.error(at, 'an address without a register');
  const register = line.registers.register(base.text, base.at);
  if (index === undefined) return { base: register, index: ZERO, extend: null, offset: 0n };
  const offset = literal(index.text);
  if (offset !== null) return { base: register, index: ZERO, extend: null, offset };
  const compute = extend === undefined ? null : modifier(extend.text);
  if (extend !== undefined && compute === null) throw unknown(line);
  return {
    base: register,
    index: line.registers.register(index.text, index.at),
    extend: compute,
    offset: 0n,
  };
}
