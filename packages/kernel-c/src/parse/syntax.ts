/** Syntax errors, placed at the token. */
import type { RacewalkError } from '@racewalk/core';
import type { Node } from 'web-tree-sitter';
import { errorAt, placeOf } from './error.js';
import type { Unit } from './unit.js';

/** `for_each_x(a, b) statement` is read as a call without `;` and a statement: that is understood. */
const isForeachCall = (n: Node): boolean =>
  n.type === ';' &&
  n.parent?.type === 'expression_statement' &&
  n.parent.firstNamedChild?.type === 'call_expression';

const firstLine = (n: Node): string => (n.text.split('\n')[0] ?? '').trim().slice(0, 40);

/** The deepest error below a node, the first of them; null if there is none that matters. */
function find(n: Node, inArguments: boolean): { node: Node; what: string } | null {
  if (n.isMissing) return isForeachCall(n) ? null : { node: n, what: `expected '${n.type}'` };
  if (!n.hasError && !n.isError) return null;
  // A type as an argument of a macro is no C, and is read where the macro is known.
  if (n.isError && inArguments) return null;
  for (const c of n.children) {
    const found = c === null ? null : find(c, inArguments || n.type === 'argument_list');
    if (found !== null) return found;
  }
  return n.isError ? { node: n, what: `cannot read '${firstLine(n)}' as C` } : null;
}

const WAYS: readonly (readonly [RegExp, string])[] = [
  [/\b(asm|__asm__)\b/, 'assembly is not read; give the function a body in C: stub NAME { … }'],
  [/\b(class|template|namespace|public:|private:|new |nullptr|std::)/, 'this looks like C++; only C is read'],
  [/\b(fn|impl|let mut|pub)\b/, 'this looks like Rust; only C is read'],
];

/** The first syntax error below a node, as an error to throw; null if there is none. */
export function syntaxError(unit: Unit, node: Node): RacewalkError | null {
  const found = find(node, false);
  if (found === null) return null;
  const line = unit.text.split('\n')[found.node.startPosition.row] ?? '';
  const way = WAYS.find(([pattern]) => pattern.test(line) || pattern.test(found.node.text))?.[1];
  const missing = /^expected/.test(found.what);
  const hint =
    way ??
    (missing
      ? 'add it, or look for a brace that is missing before it'
      : 'correct the line; macros that the parser cannot read can be left out with --define NAME=');
  return errorAt(placeOf(unit, found.node), found.what, hint);
}
