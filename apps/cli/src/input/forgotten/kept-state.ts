/**
 * Variables of a module that an agent changes. What is in them is no word of memory: the search does not vary it, and it stays from
 * one execution to the next. At run time it may go unnoticed, say where it only ever grows. So the text is looked at.
 *
 * Only code inside generators counts: that is what agents, patches and their helpers are.
 */
import { RacewalkError } from '@racewalk/core';
import { type Place, placeAt } from '../place.js';
import { type AnyNode, treeOf, walk } from './syntax.js';

/** A change of a variable of the module. */
export interface Kept {
  /** The statement, and the variable. */
  readonly change: string;
  readonly name: string;
  readonly place: Place;
}

/** Methods that change what they are called of. */
const CHANGES: ReadonlySet<string> = new Set(
  'set add delete clear push pop shift unshift splice sort reverse fill copyWithin'.split(' '),
);

/** Names that a pattern binds. */
function bound(pattern: AnyNode): string[] {
  if (pattern.type === 'Identifier') return [pattern.name];
  if (pattern.type === 'Property') return bound(pattern.value as AnyNode);
  if (pattern.type === 'AssignmentPattern') return bound(pattern.left as AnyNode);
  if (pattern.type === 'RestElement') return bound(pattern.argument as AnyNode);
  if (pattern.type === 'ObjectPattern') return pattern.properties.flatMap((one) => bound(one as AnyNode));
  if (pattern.type !== 'ArrayPattern') return [];
  return pattern.elements.flatMap((one) => (one === null ? [] : bound(one as AnyNode)));
}

/** Variables that stand outside of all functions, and whose names no function uses for its own. */
function variablesOf(tree: AnyNode): ReadonlySet<string> {
  const own = new Set<string>();
  const others = new Set<string>();
  walk(tree, (node, _, around) => {
    if (node.type === 'VariableDeclarator')
      for (const name of bound(node.id as AnyNode)) (around === null ? own : others).add(name);
    if ('params' in node)
      for (const param of node.params as AnyNode[]) for (const name of bound(param)) others.add(name);
    if (node.type === 'CatchClause' && node.param) for (const name of bound(node.param)) others.add(name);
  });
  return new Set([...own].filter((name) => !others.has(name)));
}

/** The variable that an expression is a part of: `box` of `box.a[0]`. */
function rootOf(node: AnyNode): string | null {
  if (node.type === 'Identifier') return node.name;
  return node.type === 'MemberExpression' ? rootOf(node.object as AnyNode) : null;
}

/** The variable that a node changes. */
function changed(node: AnyNode): string | null {
  switch (node.type) {
    case 'AssignmentExpression':
      return rootOf(node.left as AnyNode);
    case 'UpdateExpression':
      return rootOf(node.argument as AnyNode);
    case 'UnaryExpression':
      return node.operator === 'delete' ? rootOf(node.argument as AnyNode) : null;
    case 'CallExpression': {
      const { callee } = node;
      if (callee.type !== 'MemberExpression' || callee.property.type !== 'Identifier') return null;
      return CHANGES.has(callee.property.name) ? rootOf(callee.object as AnyNode) : null;
    }
    default:
      return null;
  }
}

/** The first change of a variable of the module inside a generator; places are those in `original`, which has the same lines. */
export function keptState(javascript: string): Kept | null {
  const tree = treeOf(javascript);
  if (tree === null) return null;
  const variables = variablesOf(tree);
  let first: Kept | null = null;
  walk(tree, (node, _above, _around, inGenerator) => {
    const name = inGenerator && first === null ? changed(node) : null;
    if (name === null || !variables.has(name)) return;
    const change = javascript.slice(node.start, node.end);
    first = { change, name, place: placeAt(javascript, node.start) };
  });
  return first;
}

/** The error about one; `file` as it is to be named. */
export function hiddenState(file: string, { change, name, place }: Kept): RacewalkError {
  const short = change.replace(/\s+/g, ' ').slice(0, 60);
  return new RacewalkError(
    'RACEWALK_HIDDEN_STATE',
    `${file}:${place.line}:${place.column}: ${short} changes ${name}, a variable of the module: it is no word of memory, and stays from one execution to the next`,
    {
      hint: `make it a word: ${name}: w.word('${name}') in setup, then yield* write(s.${name}, 1) and yield* read(s.${name})`,
    },
  );
}
