/** One place in the prefixes of a search in pieces: what has been given out there, and what is still to come. */
import { type Asleep, type JobStep, type RequestStep, type SavedTree, Sleep } from './types.js';

/** A wakeup tree that can still grow. */
export interface Branch {
  /** At the root: when the oldest of the jobs was given out that ran when this branch came to be. */
  readonly since: number;
  readonly agent: number;
  readonly choice: number;
  readonly children: Branch[];
}

export const toBranch = ([agent, choice, children]: SavedTree, since: number): Branch => ({
  since,
  agent,
  choice,
  children: children.map((child) => toBranch(child, since)),
});

export const fromBranch = ({ agent, choice, children }: Branch): SavedTree => [
  agent,
  choice,
  children.map(fromBranch),
];

const NEVER = Number.POSITIVE_INFINITY;

export class PrefixNode {
  /** The node above, and the step from there to here; null at the root. */
  readonly parent: PrefixNode | null;
  readonly step: JobStep;
  readonly depth: number;
  /** Agents that slept when the search came here. */
  readonly #inherited: Asleep;
  /** Branches given out, and when they were done. */
  readonly #begun: { readonly step: JobStep; done: number }[] = [];
  readonly pending: Branch[];

  constructor(
    parent: PrefixNode | null,
    step: JobStep,
    asleep: Asleep,
    pending: readonly SavedTree[],
    since: number,
  ) {
    this.parent = parent;
    this.step = step;
    this.depth = parent === null ? 0 : parent.depth + 1;
    this.#inherited = asleep;
    this.pending = pending.map((tree) => toBranch(tree, since));
  }

  /**
   * Who sleeps here for a job that goes on with `step`, which does not sleep for itself. A branch that was done
   * after `since` counts as not done.
   */
  asleepBut([agent, choice]: JobStep, since = NEVER): Asleep {
    const asleep = new Map(this.#inherited.map(([a, mask, how]) => [a, { mask, how }]));
    for (const { step, done } of this.#begun) {
      const [a, c] = step;
      if (a === agent && c === choice) continue;
      const before = asleep.get(a) ?? { mask: 0, how: Sleep.SOUND };
      const how = done < since ? Sleep.SOUND : Sleep.BESIDE;
      asleep.set(a, { mask: before.mask | (1 << c), how: Math.max(before.how, how) });
    }
    return [...asleep].map(([a, { mask, how }]) => [a, mask, how]);
  }

  /** Everything needed to make this node anew. */
  get saved(): { inherited: Asleep; begun: readonly JobStep[] } {
    return { inherited: this.#inherited, begun: this.#begun.map(({ step }) => step) };
  }

  #given(agent: number, choice: number): { done: number } | undefined {
    return this.#begun.find(({ step: [a, c] }) => a === agent && c === choice);
  }

  #sleeps(agent: number, choice: number): boolean {
    const inherited = this.#inherited.some(([a, mask]) => a === agent && (mask & (1 << choice)) !== 0);
    return inherited || this.#given(agent, choice) !== undefined;
  }

  /** The branch that begins with `step` is given out: from now on it sleeps here. */
  begin([agent, choice]: JobStep): void {
    const known = this.#given(agent, choice);
    if (known === undefined) this.#begun.push({ step: [agent, choice], done: NEVER });
    else known.done = NEVER;
  }

  /** The branch that begins with this step is done, at time `now`. */
  end([agent, choice]: JobStep, now: number): void {
    const known = this.#given(agent, choice);
    if (known !== undefined) known.done = now;
  }

  /** Nothing below is left to do. */
  get done(): boolean {
    return this.pending.length === 0 && this.#begun.every(({ done }) => done !== NEVER);
  }

  /** Next branch to give out, now asleep here; undefined if there is none. Covered ones are dropped. */
  take(): Branch | undefined {
    for (;;) {
      const branch = this.pending.shift();
      if (branch === undefined || this.#sleeps(branch.agent, branch.choice)) {
        if (branch === undefined) return undefined;
        continue;
      }
      this.begin([branch.agent, branch.choice]);
      return branch;
    }
  }

  /**
   * Have `steps` explored from here, unless a branch given out, or a leaf of those to come, begins with one of
   * its first steps. A step that merely commutes with the sequence does not cover it: the sequence was cut down
   * to what it needs by somebody who did not know of that step, and may stand for longer ones that
   * do not commute. So a piece may be found redundant on the way (blocked), but nothing is lost.
   */
  request(steps: readonly RequestStep[], since: number): void {
    const left = new Set(steps.keys());
    const isFirst = (i: number): boolean => steps[i]![2].every((j) => !left.has(j));
    for (const i of left) if (isFirst(i) && this.#given(steps[i]![0], steps[i]![1]) !== undefined) return;
    let branches = this.pending;
    for (;;) {
      const onward = branches.find(({ agent, choice }) => {
        for (const i of left) {
          if (steps[i]![0] !== agent || steps[i]![1] !== choice || !isFirst(i)) continue;
          left.delete(i);
          return true;
        }
        return false;
      });
      if (onward === undefined) break;
      if (onward.children.length === 0) return;
      branches = onward.children;
    }
    for (const i of left) {
      const branch: Branch = { since, agent: steps[i]![0], choice: steps[i]![1], children: [] };
      branches.push(branch);
      branches = branch.children;
    }
  }
}
