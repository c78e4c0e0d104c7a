/** Casts whose type is a variable: the grammar took something else for a cast. */
import type { Node } from 'web-tree-sitter';
import { type Cx, refuse } from './context.js';

/** The name of the type of a cast, where it is one word. */
const typeNameOf = (n: Node): Node | null => {
  const type = n.childForFieldName('type')?.childForFieldName('type') ?? null;
  return type?.type === 'type_identifier' ? type : null;
};

/**
 * `(d *(long)(a))+2`, where `d` is a variable, is a cast to the grammar; parse/casts.ts spells most of these so that they
 * are none.
 */
export function refuseVariable(cx: Cx, n: Node): void {
  const name = typeNameOf(n)?.text;
  if (name === undefined) return;
  const { program } = cx;
  const known =
    cx.scope.find(name) !== undefined || program.globals.has(name) || program.names.constants.has(name);
  if (!known && !program.units.some((unit) => unit.enums.has(name))) return;
  throw refuse(
    cx,
    n,
    `'${n.text}' looks like a cast to a type '${name}'`,
    `write ${name} without parentheses`,
  );
}
