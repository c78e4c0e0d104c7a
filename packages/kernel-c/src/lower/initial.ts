/** What a variable starts with: zero, or its list. What C leaves undefined is zero here. */
import { PTE_ZERO } from '@racewalk/core';
import type { Node } from 'web-tree-sitter';
import { fields, kids } from '../parse/unit.js';
import { CStruct, type Value } from '../run/objects.js';
import type { CType } from '../types/ctype.js';
import { list as all, type Code, constant, map, pure } from './code.js';
import { type Cx, refuse } from './context.js';
import { converted } from './convert.js';

/** Code that makes a value of a type from `{ … }`, or from nothing. */
export function compileInitial(cx: Cx, type: CType, list: Node | null, name: string): Code {
  switch (type.k) {
    case 'struct':
      return ofStruct(cx, type.tag, list, name);
    case 'array': {
      const items = list === null ? [] : kids(list);
      const length = type.size ?? items.length;
      const zero = compileInitial(cx, type.of, null, '');
      const given = items.map((i) => one(cx, type.of, i));
      const codes = Array.from({ length: Math.max(length, 1) }, (_, i) => given[i] ?? zero);
      return map(all(codes), (values) => [...values] as unknown as Value);
    }
    default: {
      // `(pte_t) { .pte = x }` is the entry x.
      const item = list === null ? undefined : kids(list)[0];
      const inner = item?.type === 'initializer_pair' ? item.childForFieldName('value') : item;
      const first = inner ?? undefined;
      return first === undefined ? constant(zeroOf(type)) : converted(cx.expr(first), type);
    }
  }
}

/** The zero of a type that has no parts. */
export const zeroOf = (type: CType): Value => (type.k === 'int' ? 0n : type.k === 'pte' ? PTE_ZERO : null);

const one = (cx: Cx, type: CType, n: Node): Code =>
  n.type === 'initializer_list' ? compileInitial(cx, type, n, '') : converted(cx.expr(n), type);

function ofStruct(cx: Cx, tag: string, list: Node | null, name: string): Code {
  const known = cx.program.types.fields(tag) ?? [];
  const overlaps = cx.program.types.overlaps(tag);
  const codes = new Map(known.map((d) => [d.name, compileInitial(cx, d.type, null, d.name)]));
  const items = (list === null ? [] : kids(list)).filter((c) => c.text !== '0');
  for (const [i, item] of items.entries()) {
    const pair = item.type === 'initializer_pair';
    const designated = pair ? fields(item, 'designator')[0]?.text.replace(/^\./, '') : known[i]?.name;
    const value = pair ? item.childForFieldName('value') : item;
    if (designated === undefined || value === null)
      throw refuse(
        cx,
        item,
        `struct ${tag} has no member for this value`,
        'name the member: .member = value',
      );
    const type = known.find((d) => d.name === designated)?.type ?? { k: 'any' };
    codes.set(designated, one(cx, type, value));
  }
  const members = [...codes.keys()];
  const values = all([...codes.values()]);
  const make = (of: readonly Value[]): Value =>
    new CStruct(tag, Object.fromEntries(members.map((m, i) => [m, of[i] ?? 0n])), name, overlaps);
  return members.length === 0 ? pure(() => new CStruct(tag, {}, name)) : map(values, make);
}
