/**
 * Whether a state has a way out: a continuation that ends without a fault. Exact where it answers yes or no; it gives up
 * at a number of executions.
 */
import type { Execution } from '../execution/execution.js';
import { judge } from '../execution/verdict.js';
import { StateTable } from '../searches/bfs/state-table.js';

/** What is known of a state: on the way that is being tried, without a way out, or with one. */
const enum Known {
  NOTHING = 0,
  TRYING = 1,
  DOOMED = 2,
  ESCAPES = 3,
}

/** Steps for each execution that may be tried: most end early, because what they lead to is known. */
const STEPS = 50;
/** Steps of one continuation. */
const DEEPEST = 4_000;

/** Thrown when there are no more tries. */
export class GaveUp extends Error {}

export class Escapes {
  readonly #x: Execution;
  readonly #most: number;
  readonly #table = new StateTable();
  readonly #known: Known[] = [];
  #steps = 0;
  /** Executions that were run to their end. */
  tried = 0;

  constructor(x: Execution, most: number) {
    this.#x = x;
    this.#most = most;
  }

  /**
   * Whether there is a way out of the present state, which stays. Throws {@link GaveUp}, then the state does not.
   * Where loads are made early, not every continuation is tried: a no is not to be relied on.
   */
  from(last: number): boolean {
    return this.#x.faultCode === '' && this.#leave(last, 0).escapes;
  }

  /** `low`: the outermost state of the way being tried that a continuation came back to. */
  #leave(last: number, depth: number): { escapes: boolean; low: number } {
    const x = this.#x;
    const found = this.#table.locate(x, -1);
    const id = found < 0 ? ~found : found;
    const known = this.#known[id] ?? Known.NOTHING;
    if (known === Known.ESCAPES) return { escapes: true, low: depth };
    if (known === Known.DOOMED) return { escapes: false, low: depth };
    if (known >= Known.TRYING) return { escapes: false, low: this.#depths.get(id) ?? 0 };
    if (depth > DEEPEST) throw new GaveUp();
    this.#known[id] = Known.TRYING;
    this.#depths.set(id, depth);
    const { escapes, low } = this.#go(last, depth);
    this.#depths.delete(id);
    // Below a state that came back to one still being tried, nothing is settled yet.
    this.#known[id] = escapes ? Known.ESCAPES : low < depth ? Known.NOTHING : Known.DOOMED;
    return { escapes, low };
  }

  readonly #depths = new Map<number, number>();

  #go(last: number, depth: number): { escapes: boolean; low: number } {
    const x = this.#x;
    let low = depth;
    let stuck = true;
    for (let i = 0; i < x.agents; i++) {
      // The agent that moved last goes first: a continuation without switches is the likeliest way out.
      const agent = (last + i) % x.agents;
      if (!x.enabled(agent)) continue;
      stuck = false;
      const count = Math.max(x.alternatives(agent), 1);
      for (let choice = 0; choice < count; choice++) {
        this.#spend();
        x.execute(agent, choice);
        const broken = this.#clear();
        const below = broken ? { escapes: false, low: depth } : this.#leave(agent, depth + 1);
        x.undo();
        if (below.escapes) return { escapes: true, low: depth };
        low = Math.min(low, below.low);
      }
    }
    if (!stuck) return { escapes: false, low };
    this.tried++;
    judge(x);
    return { escapes: !this.#clear(), low };
  }

  /** Whether there was a fault; it is forgotten. */
  #clear(): boolean {
    const x = this.#x;
    if (x.faultCode === '') return false;
    this.tried++;
    x.faultCode = '';
    x.faultMessage = '';
    return true;
  }

  #spend(): void {
    this.#steps++;
    if (this.tried >= this.#most || this.#steps >= this.#most * STEPS) throw new GaveUp();
  }
}
