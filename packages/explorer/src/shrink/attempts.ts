/** Trying schedules: does this one, or nearly this one, end in the fault looked for? */

import type { Execution } from '../execution/execution.js';
import { type Cost, follow, nobodyCanMove, pathOf } from '../execution/path.js';
import { judge } from '../execution/verdict.js';
import { runOn } from '../first-run.js';
import type { Path } from '../types.js';

/** A schedule with the fault looked for, and what it costs. */
export interface Candidate extends Cost {
  readonly path: Path;
}

/** Steps of a schedule that is tried for the first time. */
const MAX_STEPS = 10_000;

/** Whether `a` is easier to read than `b`: fewer preemptions, then fewer steps. */
export function cheaper(a: Cost, b: Cost): boolean {
  return a.preemptions < b.preemptions || (a.preemptions === b.preemptions && a.steps < b.steps);
}

/** Tries schedules on one execution, up to a number of them. */
export class Attempts {
  readonly #x: Execution;
  readonly #code: string;
  readonly #until: number;
  #left: number;

  /** At most `tries`, and none after the moment `until` of `performance.now()`. */
  constructor(x: Execution, code: string, tries: number, until: number) {
    this.#x = x;
    this.#code = code;
    this.#left = tries;
    this.#until = until;
  }

  get over(): boolean {
    return this.#left <= 0 || performance.now() > this.#until;
  }

  /** Take `path` exactly, then run on to the end; the schedule up to the fault, or null if there is none. */
  exactly(path: Path): Candidate | null {
    if (follow(this.#x, path) === null) return null;
    return this.#ending(MAX_STEPS);
  }

  /**
   * Take what can be taken of `path`, then run on; the schedule up to the fault if it is cheaper than `best`. A step
   * that cannot be taken is left out, and a choice that is not there any more is made anew.
   */
  nearly(path: Path, best: Candidate): Candidate | null {
    this.#left--;
    const x = this.#x;
    x.reset();
    for (let i = 0; i < path.length && x.faultCode === ''; i++) {
      const agent = path[i]!;
      if (agent < 0 || !x.enabled(agent)) continue;
      const count = x.alternatives(agent);
      const given = path[i + 1] ?? 0;
      const choice = given < 0 ? ~given : 0;
      x.execute(agent, x.accepts(agent, choice) ? choice : Math.max(count - 1, 0));
    }
    const found = this.#ending(2 * best.path.length + 64);
    return found !== null && cheaper(found, best) ? found : null;
  }

  #ending(limit: number): Candidate | null {
    const x = this.#x;
    if (x.faultCode === '') runOn(x, limit);
    if (x.faultCode === '' && nobodyCanMove(x)) judge(x);
    // Most attempts end here: what such a schedule costs is nothing that anybody asks.
    if (x.faultCode !== this.#code) return null;
    const path = pathOf(x);
    const cost = follow(x, path);
    return cost === null ? null : { path, ...cost };
  }
}
