/**
 * The search in pieces, seen from the one who gives the pieces out. It holds no program and executes
 * nothing: what it keeps is the top of the tree that a single optimal search would walk, with jobs below.
 *
 * The order of the branches at a node is the order in which they are given out: each sleeps for all that
 * are given out later, whether it is done by then or not. So every class of equivalent schedules is explored in
 * exactly one job, and the sum of the executions does not depend on how the search is cut up.
 *
 * A single search is done with one branch, and has hung all that it asks for into the trees of the others,
 * before it begins the next. Here a request may come for a branch that is out already. So that nothing is lost,
 * a branch never counts on such requests: whoever sleeps in it for a branch that was not done when it began
 * sleeps *lightly*, that is, it makes a sequence superfluous only if it moves in it. The price is that an
 * execution may be found redundant on the way (blocked), which a single search never does.
 *
 * That a branch was done before another begins is not enough: sequences that were asked for while it was not
 * done do not wake its step, and who saw such a sequence waiting may have relied on it. So it must have been
 * done before any job was given out that ran when the other branch came to be.
 */
import { ExplorerError } from '../errors.js';
import type { Counterexample } from '../types.js';
import { type Branch, fromBranch, PrefixNode, toBranch } from './node.js';
import type { SavedFrontier, SavedNode } from './saved.js';
import type { Asleep, Job, JobResult, JobStep, Rest } from './types.js';

const NO_STEP: JobStep = [-1, 0];

/** Something to explore below a node: a branch not begun, or the rest of a job. `under` is null for the whole search. */
interface Piece {
  readonly under: PrefixNode | null;
  readonly step: JobStep;
  readonly subtree: readonly Branch[];
  readonly rest: Rest | undefined;
  /**
   * Who slept beside a branch when it was given out first. If it is given out again, more branches may have
   * begun, which sleep for this one; and others may be done, but what they asked of it was passed over.
   */
  readonly asleep: Asleep | undefined;
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
  #pieces: Piece[] = [];
  /** Nodes with branches to give out. */
  #open: PrefixNode[] = [];
  readonly #given = new Map<number, { readonly piece: Piece; readonly at: number }>();
  /** Counts what is given out and answered. */
  #now = 0;
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
    this.#pieces = [{ under: null, step: NO_STEP, subtree: [], rest: undefined, asleep: undefined }];
    this.#open = [];
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

  /** Pieces that could be given out now, as far as they have been counted. */
  get waiting(): number {
    return this.#pieces.length + this.#open.reduce((sum, node) => sum + node.pending.length, 0);
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
    const piece = this.#pieces.shift() ?? this.#branch();
    if (piece === undefined) return undefined;
    const id = this.#nextId++;
    this.#given.set(id, { piece, at: this.#now++ });
    return { id, awaited: this.#base, executions, ...this.#above(piece) };
  }

  #branch(): Piece | undefined {
    while (this.#open.length > 0) {
      const under = this.#open[0]!;
      const branch = under.take();
      if (branch === undefined) {
        this.#open.shift();
        if (under.done) close(under.parent, under.step, this.#now++);
        continue;
      }
      const step: JobStep = [branch.agent, branch.choice];
      return {
        under,
        step,
        subtree: branch.children,
        rest: undefined,
        asleep: under.asleepBut(step, branch.since),
      };
    }
    return undefined;
  }

  #above(piece: Piece): Pick<Job, 'prefix' | 'sleep' | 'trees' | 'subtree' | 'rest'> {
    const { under, step, subtree, rest } = piece;
    const nodes = chain(under);
    const prefix = nodes.slice(1).map((node) => node.step);
    if (under !== null) prefix.push(step);
    return {
      prefix,
      sleep: nodes.map((node, d) =>
        node === under && piece.asleep !== undefined ? piece.asleep : node.asleepBut(prefix[d]!),
      ),
      trees: nodes.map((node) => node.pending.map(fromBranch)),
      subtree: subtree.map(fromBranch),
      ...(rest === undefined ? {} : { rest }),
    };
  }

  /**
   * Take the answer to a job; `wanted` is the number of pieces there should be to give out. An answer to a
   * job that is not out (it was given up, or has been answered) is ignored, and that is what false means.
   */
  answer(result: JobResult, wanted: number): boolean {
    const { piece } = this.#given.get(result.id) ?? {};
    if (piece === undefined) return false;
    const now = this.#now++;
    let since = now;
    for (const { at } of this.#given.values()) since = Math.min(since, at);
    this.#given.delete(result.id);
    if (this.#restarts(result)) return true;
    this.#count(result);
    const nodes = chain(piece.under);
    for (const { depth, steps } of result.requests) {
      nodes[depth]!.request(steps, since);
      this.#opened(nodes[depth]!);
    }
    if (result.rest !== undefined) this.#goOn(piece, result.rest, wanted, since);
    else close(piece.under, piece.step, now);
    return true;
  }

  /** Put a job back: whoever had it has gone. */
  giveUp(id: number): void {
    const { piece } = this.#given.get(id) ?? {};
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

  #opened(node: PrefixNode): void {
    if (node.pending.length === 0 || this.#open.includes(node)) return;
    const at = this.#open.findIndex(({ depth }) => depth > node.depth);
    this.#open.splice(at < 0 ? this.#open.length : at, 0, node);
  }

  /** A job has more to do: as one piece, or cut up if there is too little to give out. */
  #goOn(piece: Piece, rest: Rest, wanted: number, since: number): void {
    let cut = 0;
    let found = this.waiting + 1;
    while (cut < rest.path.length && found < wanted) found += rest.trees[cut++]!.length;
    let { under, step } = piece;
    for (let d = 0; d < cut; d++) {
      under = new PrefixNode(under, step, rest.sleep[d]!, rest.trees[d]!, since);
      step = rest.path[d]!;
      under.begin(step);
      this.#opened(under);
    }
    this.#pieces.push({ under, step, subtree: [], rest: below(rest, cut), asleep: undefined });
  }

  /** All of it as plain JSON; jobs that are out count as not begun. */
  save(): SavedFrontier {
    const nodes: SavedNode[] = [];
    const index = new Map<PrefixNode, number>();
    const place = (node: PrefixNode | null): number => {
      if (node === null) return -1;
      const known = index.get(node);
      if (known !== undefined) return known;
      const parent = place(node.parent);
      index.set(node, nodes.length);
      nodes.push({ parent, step: node.step, ...node.saved, pending: node.pending.map(fromBranch) });
      return nodes.length - 1;
    };
    for (const node of this.#open) place(node);
    const pieces = [...[...this.#given.values()].map(({ piece }) => piece), ...this.#pieces].map(
      ({ under, step, subtree, rest, asleep }) => ({
        under: place(under),
        step,
        subtree: subtree.map(fromBranch),
        ...(asleep === undefined ? {} : { asleep }),
        ...(rest === undefined ? {} : { rest }),
      }),
    );
    return {
      schema: 'racewalk.frontier/1',
      base: this.#base,
      awaited: [...this.#awaited],
      ored: [...this.#ored],
      counts: this.#counts,
      automata: this.#nodes,
      tooLong: this.tooLong,
      ...(this.fault === undefined ? {} : { fault: this.fault }),
      nodes,
      pieces,
    };
  }

  /** The frontier that {@link save} described. */
  static restore(saved: SavedFrontier): Frontier {
    if (saved.schema !== 'racewalk.frontier/1') {
      throw new ExplorerError('E_CHECKPOINT', `a frontier of another kind: ${String(saved.schema)}`);
    }
    const frontier = new Frontier();
    const nodes: PrefixNode[] = [];
    for (const { parent, step, inherited, begun, pending } of saved.nodes) {
      const above = nodes[parent] ?? null;
      // Time begins anew: no branch was done before it.
      const node = new PrefixNode(above, step, inherited, pending, 0);
      for (const branch of begun) {
        node.begin(branch);
        node.end(branch, 0);
      }
      above?.begin(step);
      nodes.push(node);
      frontier.#opened(node);
    }
    frontier.#base = [...saved.base];
    for (const cell of saved.awaited) frontier.#awaited.add(cell);
    for (const cell of saved.ored) frontier.#ored.add(cell);
    frontier.#counts = saved.counts;
    frontier.#nodes = saved.automata;
    frontier.tooLong = saved.tooLong;
    frontier.fault = saved.fault;
    frontier.#pieces = saved.pieces.map(({ under, step, subtree, rest, asleep }) => {
      nodes[under]?.begin(step);
      return {
        under: nodes[under] ?? null,
        step,
        subtree: subtree.map((tree) => toBranch(tree, 0)),
        rest,
        asleep,
      };
    });
    return frontier;
  }
}

/** The branch of `node` that begins with `step` is done; so may be branches above. */
function close(node: PrefixNode | null, step: JobStep, now: number): void {
  let [n, done] = [node, step];
  while (n !== null) {
    n.end(done, now);
    if (!n.done) return;
    done = n.step;
    n = n.parent;
  }
}

/** From the root down to `node`. */
function chain(node: PrefixNode | null): PrefixNode[] {
  const nodes: PrefixNode[] = [];
  for (let n = node; n !== null; n = n.parent) nodes.push(n);
  return nodes.reverse();
}

function below({ path, sleep, trees }: Rest, depth: number): Rest {
  return { path: path.slice(depth), sleep: sleep.slice(depth), trees: trees.slice(depth) };
}
