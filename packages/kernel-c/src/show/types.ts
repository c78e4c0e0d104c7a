/** As much of the types as printing needs: what a pointer points to. */
import type { Node } from 'web-tree-sitter';
import { NAMES } from '../names/index.js';
import { KINDS } from '../names/kinds.js';
import { fields, kids, type Unit } from '../parse/unit.js';
import { type CType, T } from '../types/ctype.js';
import type { Types } from '../types/declare.js';

/** Names with their types, and where they live. */
export interface Names {
  readonly types: Types;
  readonly units: readonly Unit[];
  /** Locals and parameters. */
  readonly locals: ReadonlyMap<string, CType>;
  /** Variables that agents share. */
  readonly globals: ReadonlyMap<string, CType>;
  /** Parameters that are pointers of user code. */
  readonly user: ReadonlySet<string>;
}

const child = (n: Node, name: string): Node => n.childForFieldName(name) ?? n;

/** The type of an expression, as far as it is known. */
export function typeOf(names: Names, n: Node): CType {
  switch (n.type) {
    case 'identifier':
      return names.locals.get(n.text) ?? names.globals.get(n.text) ?? T.any;
    case 'parenthesized_expression':
      return typeOf(names, kids(n)[0] ?? n);
    case 'cast_expression':
      return names.types.ofDescriptor(child(n, 'type'));
    case 'pointer_expression': {
      const of = typeOf(names, child(n, 'argument'));
      if (child(n, 'operator').text === '&') return { k: 'ptr', to: of };
      return of.k === 'ptr' ? of.to : T.any;
    }
    case 'binary_expression':
    case 'assignment_expression':
      return typeOf(names, child(n, 'left'));
    case 'update_expression':
      return typeOf(names, child(n, 'argument'));
    case 'subscript_expression': {
      const of = typeOf(names, child(n, 'argument'));
      return of.k === 'array' ? of.of : of.k === 'ptr' ? of.to : T.any;
    }
    case 'field_expression':
      return memberOf(names, n);
    case 'call_expression': {
      const result = NAMES.helpers.get(child(n, 'function').text)?.result ?? '';
      return KINDS[result]?.type ?? T.any;
    }
    default:
      return T.any;
  }
}

function memberOf(names: Names, n: Node): CType {
  const of = typeOf(names, child(n, 'argument'));
  const struct = of.k === 'ptr' ? of.to : of;
  if (struct.k !== 'struct') return T.any;
  const member = child(n, 'field').text;
  const own = names.types.fields(struct.tag)?.find(({ name }) => name === member)?.type;
  return own ?? NAMES.fields.of(struct.tag, member)?.type ?? T.any;
}

/** Locals of a function: all its declarations; one name has one type in print. */
export function localsOf(types: Types, body: Node): Map<string, CType> {
  const found = new Map<string, CType>();
  const visit = (n: Node): void => {
    if (n.type === 'declaration')
      for (const d of fields(n, 'declarator')) {
        const { name, type } = types.declared(d, types.ofDeclaration(n));
        found.set(name, type);
      }
    for (const c of kids(n)) visit(c);
  };
  visit(body);
  return found;
}
