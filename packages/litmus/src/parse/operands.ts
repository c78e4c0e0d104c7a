/** Operands that instruction sets have in common. */
import type { Register } from '../program/instruction.js';
import type { Line } from './front-end.js';
import type { Piece } from './text.js';

/** Operand `n` of a line; throws if there is none. */
export function operand(line: Line, n: number): Piece {
  const found = line.operands[n];
  if (found === undefined) throw line.source.error(line.at, `\`${line.text}\` lacks operand ${n + 1}`);
  return found;
}

/** Operand `n` as a register. */
export function registerAt(line: Line, n: number): Register {
  const { text, at } = operand(line, n);
  return line.registers.register(text, at);
}

/** A number, with or without `#`; null for something else. */
export function literal(text: string): bigint | null {
  const match = /^#?\s*(-?)(0[xX][0-9a-fA-F]+|0[bB][01]+|\d+)$/.exec(text);
  if (match === null) return null;
  const value = BigInt(match[2] ?? 0);
  return match[1] === '-' ? -value : value;
}

/** Operand `n` as a number. */
export function numberAt(line: Line, n: number): bigint {
  const { text, at } = operand(line, n);
  const value = literal(text);
  if (value === null) throw line.source.error(at, `\`${text}\` is not a number`);
  return value;
}
