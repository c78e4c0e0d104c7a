/** Registers by number and by their names of the calling convention. (RISC-V psABI, integer registers.) */
import { ZERO_NAME } from '../parse/registers.js';

const FIXED: Readonly<Record<string, number>> = { zero: 0, ra: 1, sp: 2, gp: 3, tp: 4, fp: 8 };

function numberOf(name: string): number | null {
  const fixed = FIXED[name];
  if (fixed !== undefined) return fixed;
  const [, kind, digits] = /^([xast])(\d{1,2})$/.exec(name) ?? [];
  const n = Number(digits ?? Number.NaN);
  if (kind === 'x') return n <= 31 ? n : null;
  if (kind === 'a') return n <= 7 ? 10 + n : null;
  if (kind === 't') return n <= 2 ? 5 + n : n <= 6 ? 25 + n : null;
  if (kind === 's') return n <= 1 ? 8 + n : n <= 11 ? 16 + n : null;
  return null;
}

/** States print numbers: a0 is x10. */
export function canonical(name: string): string | null {
  const number = numberOf(name.toLowerCase());
  if (number === null) return null;
  return number === 0 ? ZERO_NAME : `x${number}`;
}
