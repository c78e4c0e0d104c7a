/** The arguments of a call. A macro may take a type or a member, which is no expression. */
import type { Node } from 'web-tree-sitter';

/** An argument: the node if it is one, and its text in any case. */
export interface Argument {
  readonly node: Node | undefined;
  readonly text: string;
}

/** All arguments. */
export function argumentsOf(call: Node): Argument[] {
  const groups: Node[][] = [[]];
  for (const c of call.childForFieldName('arguments')?.children ?? []) {
    if (c === null || c.type === '(' || c.type === ')' || c.type === 'comment') continue;
    if (c.type === ',') groups.push([]);
    else groups.at(-1)?.push(c);
  }
  return groups
    .filter((g) => g.length > 0)
    .map((g) => {
      const [only] = g;
      const whole = g.length === 1 && only !== undefined && !only.isError;
      return { node: whole ? only : undefined, text: g.map((c) => c.text).join(' ') };
    });
}
