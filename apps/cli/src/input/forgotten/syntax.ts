/** The syntax tree of a module, as far as it is asked here. */
import { type AnyNode, type Node, type Program, parse } from 'acorn';

export type { AnyNode };

/** The syntax tree of JavaScript; null if it is none. */
export function treeOf(text: string): Program | null {
  try {
    return parse(text, { ecmaVersion: 'latest', sourceType: 'module', allowHashBang: true });
  } catch {
    return null;
  }
}

const isNode = (value: unknown): value is AnyNode =>
  typeof value === 'object' && value !== null && typeof (value as Node).type === 'string';

const isFunction = (node: AnyNode): boolean =>
  node.type === 'FunctionDeclaration' ||
  node.type === 'FunctionExpression' ||
  node.type === 'ArrowFunctionExpression';

/** Whether `node` is a generator, so that steps may be taken in it. */
const isGeneratorNode = (node: AnyNode): boolean => 'generator' in node && node.generator === true;

/**
 * Call `visit` for every node below `node`, with the node above it, the innermost function around it, and whether it stands in a
 * generator.
 */
export function walk(
  node: AnyNode,
  visit: (node: AnyNode, above: AnyNode, around: AnyNode | null, inGenerator: boolean) => void,
  around: AnyNode | null = null,
  within = false,
): void {
  const inner = isFunction(node) ? node : around;
  const inGenerator = within || isGeneratorNode(node);
  for (const value of Object.values(node) as unknown[]) {
    for (const below of Array.isArray(value) ? (value as unknown[]) : [value]) {
      if (!isNode(below)) continue;
      visit(below, node, inner, inGenerator);
      walk(below, visit, inner, inGenerator);
    }
  }
}
