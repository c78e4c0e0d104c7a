/**
 * The side of a search in pieces that hands the pieces out. It holds no program and executes nothing. It
 * keeps the top of the tree that a single optimal search would walk, with jobs at its leaves.
 *
 * Optimal reduction is a statement about the finished tree: the branches of each node have an order, each
 * branch sleeps for all later ones, and every sequence that a race requests has a place after the branch it
 * was found in. When it was put there does not matter. A single search finishes a branch before it begins the
 * next; here a request may concern a branch that has been handed out already, or is done. If the request
 * leads to a leaf, nothing is added: a leaf is handed out whole and covers everything that begins like it,
 * because the agents that slept above it were woken on the way. If it leads to a node with branches, one more
 * is added after them. So nodes above leaves are kept until all branches before them are done, and every
 * class of equivalent schedules is explored in exactly one job.
 */

import type { Rest } from '../searches/dpor/pieces.js';
import type { Counterexample } from '../types.js';
import { hang } from './hang.js';
import { restoreTree, saveTree } from './keep.js';
import type { SavedFrontier } from './saved.js';
import { type Piece, TreeNode } from './tree.js';
import type { FrontierCounts, Job, JobResult } from './types.js';
import { Waiting } from './waiting.js';

const NOTHING: FrontierCounts = { executions: 0, blocked: 0, steps: 0, deadlocks: 0, jobs: 0 };

/**
 * Hands out one `dpor` search in pieces and adds up the results. The sum of the executions does not depend on
 * how the search was cut, on the order of the results, or on jobs handed out twice.
 */
export class Frontier {
  #counts = NOTHING;
  #root = new TreeNode(null);
  /** Pieces that have been begun, or put back by {@link giveUp}. */
  #pieces: Piece[] = [];
  #leaves = new Waiting();
  readonly #given = new Map<number, Piece>();
  #nextId = 0;
  #base: number[] = [];
  readonly #awaited = new Set<number>();
  readonly #ored = new Set<number>();
  #nodes = 0;
  /** The first fault that was reported. */
  fault: Counterexample | undefined;
  /**
   * True if some execution reached the bound of steps: then `done` means that all other executions are
   * explored.
   */
  tooLong = false;

  constructor() {
    this.#begin();
  }

  #begin(): void {
    this.#counts = NOTHING;
    this.#root = new TreeNode(null);
    this.#pieces = [];
    this.#leaves = new Waiting();
    this.#leaves.add(this.#root);
    this.#given.clear();
    this.fault = undefined;
    this.tooLong = false;
  }

  get counts(): FrontierCounts {
    return this.#counts;
  }

  /** Largest number of automaton nodes that any job has reported. */
  get nodes(): number {
    return this.#nodes;
  }

  /** Pieces that could be handed out now. */
  get waiting(): number {
    return this.#pieces.length + this.#leaves.size;
  }

  /** Jobs that are handed out and have no result yet. */
  get running(): number {
    return this.#given.size;
  }

  get done(): boolean {
    return this.#given.size === 0 && this.waiting === 0;
  }

  /** The next job, to be explored for at most `executions`; undefined if no piece is waiting. */
  next(executions: number): Job | undefined {
    const piece = this.#pieces.shift() ?? this.#leaf();
    if (piece === undefined) return undefined;
    const id = this.#nextId++;
    this.#given.set(id, piece);
    const { node, rest } = piece;
    const [, ...way] = node.chain;
    return {
      id,
      awaited: this.#base,
      executions,
      prefix: way.map(({ step }) => step),
      sleep: way.map((n) => n.parent!.sleepersBefore(placeOf(n))),
      trees: way.map((n) => n.parent!.children.slice(placeOf(n) + 1).map(({ saved }) => saved)),
      ...(rest === undefined ? {} : { rest }),
    };
  }

  #leaf(): Piece | undefined {
    const node = this.#leaves.take();
    if (node === undefined) return undefined;
    node.begun = true;
    return { node, rest: undefined };
  }

  /**
   * Take the result of a job; `wanted` is the number of pieces that should then be ready to hand out. Returns
   * false, and ignores the result, if the job is not out: it was given up, or its result has come already.
   */
  answer(result: JobResult, wanted: number): boolean {
    const piece = this.#given.get(result.id);
    if (piece === undefined) return false;
    this.#given.delete(result.id);
    if (this.#restarts(result)) return true;
    this.#count(result, piece.node.countWay());
    const { chain } = piece.node;
    for (const { depth, steps } of result.requests) {
      const leaf = hang(chain[depth]!, placeOf(chain[depth + 1]!), steps);
      if (leaf !== null) this.#leaves.add(leaf);
    }
    if (result.rest === undefined) piece.node.close();
    else this.#goOn(piece.node, result.rest, wanted);
    return true;
  }

  /** Put a job back because its worker is gone. */
  giveUp(id: number): void {
    const piece = this.#given.get(id);
    if (piece === undefined) return;
    this.#given.delete(id);
    this.#pieces.unshift(piece);
  }

  #count({ executions, blocked, steps, deadlocks, nodes, fault, tooLong }: JobResult, way: number): void {
    const sum = this.#counts;
    this.#counts = {
      executions: sum.executions + executions,
      blocked: sum.blocked + blocked,
      steps: sum.steps + steps + way,
      deadlocks: sum.deadlocks + deadlocks,
      jobs: sum.jobs + 1,
    };
    this.#nodes = Math.max(this.#nodes, nodes);
    this.fault ??= fault;
    this.tooLong ||= tooLong === true;
  }

  /**
   * Only two jobs together may show that two ORs do not commute: one sees the OR, the other the waiter. Then
   * all counts are void.
   */
  #restarts({ awaited, ored, restart }: JobResult): boolean {
    for (const cell of awaited) this.#awaited.add(cell);
    for (const cell of ored) this.#ored.add(cell);
    const base = [...this.#ored].filter((cell) => this.#awaited.has(cell)).sort((a, b) => a - b);
    if (restart !== true && base.length === this.#base.length) return false;
    this.#base = base;
    this.#begin();
    return true;
  }

  /** A job has more to do: keep the rest as one piece, or cut it up if too few pieces are waiting. */
  #goOn(leaf: TreeNode, rest: Rest, wanted: number): void {
    let node = leaf;
    let cut = 0;
    for (; cut < rest.path.length && this.waiting + 1 < wanted; cut++) {
      node.asleep = rest.sleep[cut]!;
      const onward = new TreeNode(node, rest.path[cut]!, rest.feet[cut]!);
      onward.begun = true;
      onward.counted = true;
      node.grow(rest.trees[cut]!);
      for (const waiting of node.waiting()) this.#leaves.add(waiting);
      node = onward;
    }
    this.#pieces.push({ node, rest: below(rest, cut) });
  }

  /** All of it as plain JSON; jobs that are out count as not begun. */
  save(): SavedFrontier {
    return {
      schema: 'racewalk.frontier/2',
      base: this.#base,
      awaited: [...this.#awaited],
      ored: [...this.#ored],
      counts: this.#counts,
      automata: this.#nodes,
      tooLong: this.tooLong,
      ...(this.fault === undefined ? {} : { fault: this.fault }),
      ...saveTree(this.#root, [...this.#given.values(), ...this.#pieces]),
    };
  }

  /** The frontier that {@link save} described; throws RacewalkError `E_CHECKPOINT` if it is of another kind. */
  static restore(saved: SavedFrontier): Frontier {
    const frontier = new Frontier();
    const { root, pieces } = restoreTree(saved);
    frontier.#root = root;
    frontier.#pieces = pieces;
    frontier.#leaves = new Waiting();
    for (const leaf of root.waiting()) frontier.#leaves.add(leaf);
    frontier.#base = [...saved.base];
    for (const cell of saved.awaited) frontier.#awaited.add(cell);
    for (const cell of saved.ored) frontier.#ored.add(cell);
    frontier.#counts = saved.counts;
    frontier.#nodes = saved.automata;
    frontier.tooLong = saved.tooLong;
    frontier.fault = saved.fault;
    return frontier;
  }
}

const placeOf = (node: TreeNode): number => node.parent!.children.indexOf(node);

function below({ path, sleep, trees, feet }: Rest, depth: number): Rest {
  return {
    path: path.slice(depth),
    sleep: sleep.slice(depth),
    trees: trees.slice(depth),
    feet: feet.slice(depth),
  };
}
