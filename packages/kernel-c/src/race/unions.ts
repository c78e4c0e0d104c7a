/** Unions in structs that agents share: each member has a word of its own, so two that share a place would be two places. */
import { errorAt, type Place } from '../parse/error.js';
import type { CType } from '../types/ctype.js';
import type { Types } from '../types/declare.js';
import type { SharedVariable } from './initial.js';

const used = ({ units }: Types, member: string): boolean =>
  units.some(({ text }) => new RegExp(`(?:->|\\.)\\s*${member}\\b`).test(text));

/** Refuse a struct of which the texts use two members that are in one place. */
export function refuseUnions(variables: readonly SharedVariable[], types: Types, place: Place): void {
  const seen = new Set<string>();
  const visit = (type: CType): void => {
    if (type.k === 'array') visit(type.of);
    if (type.k !== 'struct' || seen.has(type.tag)) return;
    seen.add(type.tag);
    for (const [member, others] of types.overlaps(type.tag)) {
      const other = used(types, member) ? others.find((name) => used(types, name)) : undefined;
      if (other === undefined) continue;
      const what = `struct ${type.tag}: '${member}' and '${other}' are one place, of a union that agents share`;
      throw errorAt(place, what, 'use one of the two, and shifts and masks for its parts', 'RACEWALK_C_RACE');
    }
    for (const field of types.fields(type.tag) ?? []) visit(field.type);
  };
  for (const { type } of variables) visit(type);
}
