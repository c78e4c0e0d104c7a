/** Conversions, as an assignment makes them. */
import { copyOf } from '../run/copies.js';
import { convert } from '../run/numbers.js';
import { type CType, wrap } from '../types/ctype.js';
import { andThen, type Code, type Ex, map } from './code.js';

/** A value converted to a type. */
export function converted({ type, code }: Ex, to: CType): Code {
  if (to.k === 'void' || to.k === 'any') return code;
  if (to.k === 'int' && type.k === 'int') {
    if (type.bits === to.bits && type.signed === to.signed) return code;
    if (to.bits !== 1 && to.signed && type.bits < to.bits) return code;
    return map(code, (v) => wrap(v as bigint, to));
  }
  if (to.k === 'struct') return andThen(code, (v, f) => copyOf(f.th, v));
  if (to.k === type.k && to.k !== 'int') return code;
  return map(code, (v, f) => convert(f.th, v, to));
}
