import type { BoundName, Bounds, Checkpoint, ExploreOptions, Progress } from '../types.js';

/** Why a search returned. */
export type Stop = 'exhausted' | 'fault' | 'interrupted' | BoundName;

/** Called at a fault. Keeps it and returns whether the search stops; if not, it clears the fault. */
export type OnFault = () => 'stop' | 'go on';

const FOREVER = Number.POSITIVE_INFINITY;

/** Counts what a search does and says when it has to stop. */
export class Tally {
  executions = 0;
  blocked = 0;
  steps = 0;
  deadlocks = 0;
  states = 0;
  readonly maxSteps: number;
  readonly maxStates: number;
  readonly maxPreemptions: number;
  readonly stopAtFirst: boolean;
  /** Wall-clock time spent before this call, when resuming. */
  earlierMs = 0;
  readonly #maxExecutions: number;
  readonly #maxMs: number;
  readonly #options: ExploreOptions;
  readonly #began = performance.now();
  readonly #every: number;
  #nextProgress: number;
  #nextLook = 0;

  constructor(options: ExploreOptions) {
    const bounds: Bounds = options.bounds ?? {};
    this.#options = options;
    this.maxSteps = bounds.steps ?? 10_000;
    this.maxStates = bounds.states ?? FOREVER;
    this.maxPreemptions = bounds.preemptions ?? FOREVER;
    this.#maxExecutions = bounds.executions ?? FOREVER;
    this.#maxMs = bounds.ms ?? FOREVER;
    this.stopAtFirst = options.stopAtFirst ?? true;
    this.#every = options.progressEveryMs ?? 1000;
    this.#nextProgress = this.#every;
  }

  get ms(): number {
    return performance.now() - this.#began + this.earlierMs;
  }

  /** Go on counting where an earlier search stopped. */
  resume({ executions, blocked, steps, deadlocks, ms }: Checkpoint): void {
    Object.assign(this, { executions, blocked, steps, deadlocks, earlierMs: ms });
  }

  /** Called between executions: reports progress, and says whether the search has to stop. */
  pause(): Stop | null {
    if (this.executions >= this.#maxExecutions) return 'executions';
    // Reading the clock costs as much as several steps; once in a few thousand is enough.
    if (this.steps < this.#nextLook) return null;
    this.#nextLook = this.steps + 4096;
    if (this.#options.signal?.aborted) return 'interrupted';
    const now = performance.now() - this.#began;
    if (now >= this.#maxMs) return 'ms';
    if (now >= this.#nextProgress && this.#options.onProgress !== undefined) {
      this.#nextProgress = now + this.#every;
      this.#options.onProgress(this.progress());
      if (this.#options.signal?.aborted) return 'interrupted';
    }
    return null;
  }

  progress(): Progress {
    const { executions, blocked, steps, ms } = this;
    return { executions, blocked, steps, ms, ...(this.states > 0 ? { states: this.states } : {}) };
  }
}
