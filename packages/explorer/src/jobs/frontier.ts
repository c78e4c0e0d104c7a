/**
 * The search in pieces, seen from the one who gives the pieces out. It holds no program and executes
 * nothing: what it keeps is the top of the tree that a single optimal search would walk, with jobs at its leaves.
 *
 * Optimal reduction is a statement about the finished tree: at each node the branches are in an order, each
 * sleeps for all those behind it, and every sequence that a race asks for has found its place behind the branch it
 * was found in. When that happened does not matter. A single search is done with a branch before it begins the
 * next; here a request may come for a branch that is out already, or done. If it leads to a leaf, that is given out
 * whole and explores everything that begins like this: whoever slept above has been woken on the way to it. If it
 * leads to a node with branches, one more is hung behind them. So nodes above leaves are kept for as long as a
 * branch before them is not done, and every class of equivalent schedules is explored in exactly one job.
 */
import type { Counterexample } from '../types.js';
import { hang } from './hang.js';
import { restoreTree, saveTree } from './keep.js';
import type { SavedFrontier } from './saved.js';
import { TreeNode } from './tree.js';
import type { Job, JobResult, Rest } from './types.js';
import { Waiting } from './waiting.js';

/** A leaf to explore, from its beginning or from where somebody stopped. */
export interface Piece {
  readonly node: TreeNode;
  readonly rest: Rest | undefined;
}

/** What a search in pieces has come to so far. */
export interface FrontierCounts {
  readonly executions: number;
  readonly blocked: number;
  readonly steps: number;
  readonly deadlocks: number;
  /** Jobs that have answered. */
  readonly jobs: number;
}

const NOTHING: FrontierCounts = { executions: 0, blocked: 0, steps: 0, deadlocks: 0, jobs: 0 };

/**
 * Gives out one `dpor` search in pieces, and adds up what comes back. The sum of the executions does not depend on how it
 * was cut, on the order of the answers, or on jobs given out twice.
 */
export class Frontier {
  #counts = NOTHING;
  #root = new TreeNode(null);
  /** Pieces that have been begun, or given up. */
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
  /** True if some execution reached the bound of steps: then `done` means that everything else is. */
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

  /** Pieces that could be given out now. */
  get waiting(): number {
    return this.#pieces.length + this.#leaves.size;
  }

  /** Jobs given out and not answered. */
  get running(): number {
    return this.#given.size;
  }

  get done(): boolean {
    return this.#given.size === 0 && this.waiting === 0;
  }

  /** The next job, to be explored for at most `executions`; undefined if there is none now. */
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
   * Take the answer to a job; `wanted` is the number of pieces there should be to give out. An answer to a
   * job that is not out (it was given up, or has been answered) is ignored, and that is what false means.
   */
  answer(result: JobResult, wanted: number): boolean {
    const piece = this.#given.get(result.id);
    if (piece === undefined) return false;
    this.#given.delete(result.id);
    if (this.#restarts(result)) return true;
    this.#count(result);
    const { chain } = piece.node;
    for (const { depth, steps } of result.requests) {
      const leaf = hang(chain[depth]!, placeOf(chain[depth + 1]!), steps);
      if (leaf !== null) this.#leaves.add(leaf);
    }
    if (result.rest === undefined) piece.node.close();
    else this.#goOn(piece.node, result.rest, wanted);
    return true;
  }

  /** Put a job back: whoever had it has gone. */
  giveUp(id: number): void {
    const piece = this.#given.get(id);
    if (piece === undefined) return;
    this.#given.delete(id);
    this.#pieces.unshift(piece);
  }

  #count({ executions, blocked, steps, deadlocks, nodes, fault, tooLong }: JobResult): void {
    const sum = this.#counts;
    this.#counts = {
      executions: sum.executions + executions,
      blocked: sum.blocked + blocked,
      steps: sum.steps + steps,
      deadlocks: sum.deadlocks + deadlocks,
      jobs: sum.jobs + 1,
    };
    this.#nodes = Math.max(this.#nodes, nodes);
    this.fault ??= fault;
    this.tooLong ||= tooLong === true;
  }

  /** Two jobs may have found out together that two ORs do not commute: then all counts are void. */
  #restarts({ awaited, ored, restart }: JobResult): boolean {
    for (const cell of awaited) this.#awaited.add(cell);
    for (const cell of ored) this.#ored.add(cell);
    const base = [...this.#ored].filter((cell) => this.#awaited.has(cell)).sort((a, b) => a - b);
    if (restart !== true && base.length === this.#base.length) return false;
    this.#base = base;
    this.#begin();
    return true;
  }

  /** A job has more to do: as one piece, or cut up if there is too little to give out. */
  #goOn(leaf: TreeNode, rest: Rest, wanted: number): void {
    let node = leaf;
    let cut = 0;
    for (; cut < rest.path.length && this.waiting + 1 < wanted; cut++) {
      node.asleep = rest.sleep[cut]!;
      const onward = new TreeNode(node, rest.path[cut]!, rest.feet[cut]!);
      onward.begun = true;
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
