/** Widths of registers. Arithmetic on W registers is modulo 2^32; loads and stores keep the whole word (no mixed sizes). */

import type { Line } from '../parse/front-end.js';
import { operand } from '../parse/operands.js';
import type { Compute } from '../program/instruction.js';

export type Width = 32 | 64;

/** The width that the first operand, a register, has. */
export const widthOf = (line: Line): Width => (/^w/i.test(operand(line, 0).text) ? 32 : 64);

/** A result cut to a width. */
export const cut = (value: bigint, width: Width): bigint => BigInt.asUintN(width, value);

/** The same function with operands and result of a width. */
export const narrow = (compute: Compute, width: Width): Compute =>
  width === 64 ? compute : (...operands) => cut(compute(...operands.map((value) => cut(value, 32))), 32);
