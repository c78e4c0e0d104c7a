/**
 * What goes into an exploration and what comes out. Plain data: everything here but the callbacks
 * survives `JSON.stringify` and a trip to a worker.
 */
import type { Cell, Effect, MemoryModelName, Word } from '@racewalk/core/step';

/**
 * How the schedules are picked.
 * - `dpor`: exhaustive, exactly one execution per class of equivalent schedules.
 * - `bfs`: exhaustive over states, fewest preemptions first; the only one that knows a preemption bound.
 *   The command line calls it `--strategy stateful --preemptions N`, and so may the caller: with
 *   `bounds.preemptions`, `stateful` means `bfs`.
 * - `stateful`: exhaustive over states, each visited once, reduced by persistent sets and sleep sets; best
 *   for many threads that contend for few words, and for code that spins.
 * - `random`: one uniformly drawn thread per step, until a bound.
 * - `pct`: random priorities with a few change points, until a bound.
 */
export type Strategy = 'dpor' | 'stateful' | 'random' | 'pct' | 'bfs';

/** Limits of one exploration; the first one reached ends it with the verdict `bounded`. */
export interface Bounds {
  /** Complete executions, counting those before a resume. `random` and `pct` without a bound make 10 000. */
  readonly executions?: number;
  /** Wall-clock milliseconds of this call. */
  readonly ms?: number;
  /** Steps of any one execution; default 10 000. */
  readonly steps?: number;
  /** Preemptions of any one schedule; only `bfs` knows this bound (`stateful` becomes `bfs`). */
  readonly preemptions?: number;
  /** States kept: default 1 000 000 by `bfs`, 50 000 000 by `stateful`. */
  readonly states?: number;
}

/**
 * The name of a bound that ended an exploration. `stores`: under the weak order a thread had more stores on their way, with no
 * order among them, than a search can tell apart.
 */
export type BoundName = 'executions' | 'ms' | 'steps' | 'preemptions' | 'states' | 'stores' | 'loads';

/** How an exploration is run. */
export interface ExploreOptions {
  /** Default `dpor`, or `bfs` when `bounds.preemptions` is given. */
  readonly strategy?: Strategy;
  /** Default: the program's own. */
  readonly memory?: MemoryModelName;
  readonly bounds?: Bounds;
  /** Seed of `random` and `pct` and of the estimate; default 1. */
  readonly seed?: number;
  /** `pct`: number of priority change points; default 3. */
  readonly depth?: number;
  /** End at the first fault (default), or count all executions and report the first fault found. */
  readonly stopAtFirst?: boolean;
  /** Called every `progressEveryMs` (default 1000) from inside the search. */
  readonly onProgress?: (progress: Progress) => void;
  readonly progressEveryMs?: number;
  /**
   * Set `aborted` (from `onProgress`, or before the call) to end with `interrupted` and a checkpoint. A `bfs`
   * search cannot be continued: with its checkpoint it starts anew. A `stateful` search continues from the
   * very checkpoint object it returned, in memory; from a copy, such as one read from a file, it starts anew.
   */
  readonly signal?: { readonly aborted: boolean };
  /** Continue where an earlier search of the same program stopped. */
  readonly resume?: Checkpoint;
  /** Run the first execution twice and compare; default true. */
  readonly checkDeterminism?: boolean;
}

/** A snapshot of a running search. */
export interface Progress {
  readonly executions: number;
  readonly blocked: number;
  readonly steps: number;
  readonly ms: number;
  /** `bfs` and `stateful` only: states seen. */
  readonly states?: number;
}

/**
 * One schedule: a small integer per scheduled step. `t >= 0` is a step of thread `t`; directly after
 * the thread number of a CHOOSE step stands `~c` (that is `-1 - c`), the alternative taken. Under TSO
 * the store buffer of thread `t` is drained by number `threads.length + t`.
 */
export type Path = readonly number[];

/** A schedule that ends in a fault. */
export interface Counterexample {
  /** Which invariant; `LIVE` for deadlock and livelock, `THROW` when operation code threw. */
  readonly code: string;
  /** What happened, in words. */
  readonly message: string;
  readonly path: Path;
  /** Steps of the schedule, not counting choices. */
  readonly steps: number;
  /** Times the schedule leaves a thread that could have gone on. */
  readonly preemptions: number;
}

/** A search that can be continued later; plain JSON. */
export interface Checkpoint {
  readonly schema: 'racewalk.checkpoint/1';
  /** Hash of the program; a search is continued only for the program it was made for. */
  readonly fingerprint: string;
  readonly strategy: Strategy;
  readonly memory: MemoryModelName;
  readonly executions: number;
  readonly blocked: number;
  readonly steps: number;
  readonly deadlocks: number;
  readonly ms: number;
  readonly firstFault?: Counterexample;
  /** The strategy's own state. */
  readonly state: unknown;
}

/** What every report carries. */
export interface ReportCommon {
  /**
   * Complete executions explored; under `dpor` the number of inequivalent schedules, under `bfs` and
   * `stateful` the number of different end states.
   */
  readonly executions: number;
  /** Executions given up as redundant. Optimal reduction: always 0. */
  readonly blocked: number;
  /** Transitions performed. */
  readonly steps: number;
  /** Wall-clock milliseconds. */
  readonly ms: number;
  /** Distinct states seen; `bfs` and `stateful` only. */
  readonly states?: number;
  /** Memory taken by one state, with its share of the table; `stateful` only. */
  readonly bytesPerState?: number;
  /** Executions that ended in a deadlock or livelock. */
  readonly deadlocks: number;
  /** Nodes of the threads' automata: how much operation code had to be run. */
  readonly nodes: number;
  /** The first fault found, if the search was told not to stop at it (`stopAtFirst: false`). */
  readonly firstFault?: Counterexample;
}

/** How an exploration ended. A race is a result, never an exception. */
export type Report = ReportCommon &
  (
    | { readonly verdict: 'exhausted' }
    | {
        readonly verdict: 'bounded';
        readonly bound: BoundName;
        /** Which thread was where, for an execution that reached the bound of steps. */
        readonly detail?: string;
        readonly checkpoint?: Checkpoint;
      }
    | { readonly verdict: 'counterexample'; readonly counterexample: Counterexample }
    | { readonly verdict: 'nondeterministic'; readonly detail: string }
    | { readonly verdict: 'interrupted'; readonly checkpoint: Checkpoint }
  );

/** One step of a recorded execution. */
export interface StepRecord {
  readonly index: number;
  readonly thread: number;
  /** An `OpKind`; the step of a store buffer has kind WRITE. */
  readonly kind: number;
  readonly label: string;
  /** What the step means. */
  readonly effect: Effect;
  readonly cells: readonly Cell[];
  /** Values of `cells` before and after the step, in shared memory. */
  readonly before: readonly Word[];
  readonly after: readonly Word[];
  /** What the step returned. */
  readonly result: Word;
  /** The text that the op's own `show` returned for the outcome, or ''. */
  readonly text: string;
  /** True for a store leaving a store buffer (TSO). */
  readonly flusher: boolean;
  /** With `stacks`: the stack of the code that announced the step, as the text of an error. */
  readonly stack?: string;
}

/** Something broke, and at which step (`steps.length` if only at the end). */
export interface RecordedFault {
  readonly code: string;
  readonly message: string;
  readonly step: number;
  /** Where operation code threw, as the text of the error's stack. */
  readonly stack?: string;
}

/** The first step at which a path does not fit the program. */
export interface Divergence {
  readonly step: number;
  readonly expected: string;
  readonly found: string;
}

/** A thread that cannot go on at the end of a recording. */
export interface Waiting {
  readonly thread: number;
  readonly label: string;
  /** Name of the (first) cell it waits for. */
  readonly cell: string;
  /** Thread that holds the lock it waits for. */
  readonly owner?: number;
}

/** An execution in full, made from the program's own generators. */
export interface Recording {
  readonly steps: readonly StepRecord[];
  readonly fault?: RecordedFault;
  readonly divergence?: Divergence;
  /** Shared memory at the end, by cell. */
  readonly final: readonly Word[];
  /** True if every thread but daemons ended. */
  readonly complete: boolean;
  readonly waiting: readonly Waiting[];
}

/** Options of {@link replay}. */
export interface ReplayOptions {
  /** Default: the program's own. */
  readonly memory?: MemoryModelName;
  /** Record where in the source each step was announced. Default false. */
  readonly stacks?: boolean;
}

/** Options of {@link shrink}. */
export interface ShrinkOptions {
  /** Default: the program's own. */
  readonly memory?: MemoryModelName;
  /** States to search for a cheaper schedule at most; default 300 000. The result does not depend on the machine. */
  readonly states?: number;
  /** Time limit in milliseconds besides; none by default. */
  readonly ms?: number;
}

/** A counterexample made as short as the bounds allowed. */
export interface ShrunkCounterexample extends Counterexample {
  /** True if no schedule with this fault has fewer preemptions, or as few and fewer steps. */
  readonly optimal: boolean;
}

/** Options of {@link estimate}. */
export interface EstimateOptions {
  /** Default: the program's own. */
  readonly memory?: MemoryModelName;
  /** Time limit in milliseconds; default 200. */
  readonly ms?: number;
  /** Number of sweeps over the tree; default: as many as the time allows, two at least. */
  readonly samples?: number;
  /** Default 1. */
  readonly seed?: number;
}

/** What {@link estimate} found. */
export interface Estimate {
  /** Estimated number of executions a `dpor` search makes. */
  readonly mean: number;
  /** Standard deviation of `mean`; 0 if exact, `mean` itself if there is but one sweep. */
  readonly sd: number;
  /** Sweeps, or executions if the search itself ended, that `mean` was made from. */
  readonly samples: number;
  /** Mean number of steps of one execution. */
  readonly steps: number;
  /** True if everything was seen in the time given: then `mean` is the number of executions. */
  readonly exact: boolean;
}
