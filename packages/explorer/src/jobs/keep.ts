/** The tree of a search in pieces as plain JSON, and back. */
import { RacewalkError } from '../errors.js';
import type { SavedFrontier, SavedNode } from './saved.js';
import type { Piece } from './tree.js';
import { TreeNode } from './tree.js';

type SavedNodes = Pick<SavedFrontier, 'nodes' | 'pieces'>;

export function saveTree(root: TreeNode, pieces: readonly Piece[]): SavedNodes {
  const nodes: SavedNode[] = [];
  const numbers = new Map<TreeNode, number>();
  const place = (node: TreeNode, parent: number): void => {
    const { step, foot, begun, counted, done, asleep } = node;
    const number = nodes.length;
    numbers.set(node, number);
    nodes.push({
      parent,
      step,
      foot,
      ...(begun ? { begun } : {}),
      ...(counted ? { counted } : {}),
      ...(done ? { done } : {}),
      ...(asleep.length === 0 ? {} : { asleep }),
    });
    for (const child of node.children) place(child, number);
  };
  place(root, -1);
  return {
    nodes,
    pieces: pieces.map(({ node, rest }) => ({
      node: numbers.get(node)!,
      ...(rest === undefined ? {} : { rest }),
    })),
  };
}

export function restoreTree(saved: SavedFrontier): { root: TreeNode; pieces: Piece[] } {
  if (saved.schema !== 'racewalk.frontier/2') refuse(`a frontier of another kind: ${String(saved.schema)}`);
  const nodes: TreeNode[] = [];
  for (const { parent, step, foot, begun, counted, done, asleep } of saved.nodes) {
    const above = nodes[parent] ?? null;
    if ((above === null) !== (nodes.length === 0)) refuse('a frontier in which a node hangs in the air');
    const node = new TreeNode(above, step, foot);
    node.begun = begun ?? false;
    node.counted = counted ?? false;
    node.done = done ?? false;
    node.asleep = asleep ?? [];
    nodes.push(node);
  }
  const root = nodes[0] ?? refuse('a frontier without a tree');
  const pieces = saved.pieces.map(({ node, rest }) => {
    return { node: nodes[node] ?? refuse('a frontier with a piece of no node'), rest };
  });
  return { root, pieces };
}

function refuse(what: string): never {
  throw new RacewalkError('E_CHECKPOINT', what, { hint: 'start the search anew' });
}
