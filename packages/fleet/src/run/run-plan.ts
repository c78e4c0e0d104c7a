/**
 * Runs a plan with a crew: the largest cells first, all workers from one queue, and the last cells in pieces.
 */
import {
  type CellCheckpoint,
  type CellResult,
  keyOf,
  type MatrixCell,
  type Plan,
  ProgressMeter,
  type RunningCell,
  type SearchOptions,
  type SuiteProgress,
  type SuiteResult,
} from '@racewalk/conformance/matrix';
import type { Crew } from '../crew/crew.js';
import { CellRun, type Order } from './cell-run.js';

/** How a plan is run with a crew. */
export interface RunPlanOptions {
  readonly search?: SearchOptions;
  /** Wall-clock milliseconds for everything; no cell may use more than half of what is left when it begins. */
  readonly budget?: number;
  /** Wall-clock milliseconds for each cell instead of the half. */
  readonly cellMs?: number;
  /** Milliseconds that a cell is run for in one piece before its worker is asked again; default 400. */
  readonly quantum?: number;
  /** Executions of a cell before it may be cut into pieces; default 0. */
  readonly cutAfter?: number;
  /** Set `aborted` to end the run within a second. */
  readonly signal?: { readonly aborted: boolean };
  /** How much work a cell is, in any unit; the largest come first. */
  readonly costOf?: (cell: MatrixCell) => number;
  /** Where cells that were begun in an earlier run stand. */
  readonly resume?: readonly RunningCell[];
  /** Called five times a second. */
  readonly onProgress?: (progress: SuiteProgress) => void;
  /** Called with every cell when it is finished, in no order. */
  readonly onCell?: (result: CellResult) => void;
  /** Called about once a second with what it takes to resume the run later. */
  readonly onSave?: (running: readonly RunningCell[]) => void;
}

/** Milliseconds of a slice. */
const QUANTUM = 400;
const PROGRESS_EVERY = 200;
const SAVE_EVERY = 1_000;
/** Milliseconds that running tasks are waited for once the run is to end. */
const PATIENCE = 1_000;

/** Run every cell of a plan. Throws nothing but faults of Racewalk itself and of its transport. */
export function runPlan(crew: Crew, plan: Plan, options: RunPlanOptions = {}): Promise<SuiteResult> {
  return new PlanRun(crew, plan, options).run();
}

class PlanRun {
  readonly #crew: Crew;
  readonly #plan: Plan;
  readonly #options: RunPlanOptions;
  readonly #start = performance.now();
  readonly #queue: MatrixCell[];
  readonly #resume: Map<string, CellCheckpoint>;
  readonly #results = new Map<MatrixCell, CellResult>();
  #active: CellRun[] = [];
  readonly #meter: ProgressMeter;
  #out = 0;
  #stopped = false;
  #saved = performance.now();
  #wake: () => void = () => undefined;
  #changed: Promise<void> = Promise.resolve();

  constructor(crew: Crew, plan: Plan, options: RunPlanOptions) {
    this.#crew = crew;
    this.#plan = plan;
    this.#options = options;
    this.#meter = new ProgressMeter(plan.cells.length, crew.lanes);
    this.#resume = new Map(options.resume?.map(({ key, at }) => [key, at]));
    const runs = plan.cells.filter((cell) => cell.expected !== 'not-applicable');
    const cost = new Map(runs.map((cell) => [cell, options.costOf?.(cell) ?? 1]));
    const begun = (cell: MatrixCell) => (this.#resume.has(keyOf(cell)) ? 1 : 0);
    this.#queue = runs.sort((a, b) => begun(b) - begun(a) || (cost.get(b) ?? 0) - (cost.get(a) ?? 0));
    this.#sleep();
  }

  async run(): Promise<SuiteResult> {
    for (const cell of this.#plan.cells) {
      if (cell.expected === 'not-applicable') this.#done(notApplicable(cell));
    }
    const clock = setInterval(() => this.#tick(), PROGRESS_EVERY);
    try {
      await Promise.all(Array.from({ length: this.#crew.lanes }, () => this.#lane()));
    } finally {
      this.#stopped = true;
      clearInterval(clock);
    }
    const interrupted =
      this.#options.signal?.aborted === true && this.#results.size < this.#plan.cells.length;
    if (interrupted) this.#save();
    const results = this.#plan.cells.flatMap((cell) => this.#results.get(cell) ?? []);
    return { plan: this.#plan, results, interrupted, ms: performance.now() - this.#start };
  }

  async #lane(): Promise<void> {
    while (!this.#ended()) {
      const order = this.#next();
      if (order === null) {
        if (this.#out === 0 && this.#queue.length === 0) return;
        await this.#changed;
        continue;
      }
      this.#out++;
      try {
        await this.#untilEnd(order(this.#crew));
      } finally {
        this.#out--;
        this.#collect();
        this.#wakeAll();
      }
    }
  }

  #ended(): boolean {
    return this.#stopped || this.#options.signal?.aborted === true;
  }

  /** A task that does not end soon after the run is to end is left behind. */
  async #untilEnd(work: Promise<void>): Promise<void> {
    let working = true;
    const finished = work.finally(() => {
      working = false;
    });
    let patience = PATIENCE;
    const late = (async () => {
      while (working && patience > 0) {
        await new Promise((resolve) => setTimeout(resolve, PROGRESS_EVERY).unref());
        if (this.#ended()) patience -= PROGRESS_EVERY;
      }
    })();
    await Promise.race([finished, late]);
    if (working) finished.catch(() => undefined);
  }

  #next(): Order | null {
    // Fewer cells than workers are left: some are cut up.
    const begun = this.#first(this.#queue.length === 0 && this.#active.length < this.#crew.lanes);
    const cell = begun === null ? this.#queue.shift() : undefined;
    if (cell === undefined) return begun;
    const { search = {}, quantum = QUANTUM, cutAfter = 0 } = this.#options;
    const how = { search, quantum, cutAfter, lanes: this.#crew.lanes, ms: this.#limit() };
    const run = new CellRun(cell, how, this.#resume.get(keyOf(cell)));
    this.#active.push(run);
    return run.next(false);
  }

  #first(hungry: boolean): Order | null {
    for (const run of this.#active) {
      const order = run.next(hungry);
      if (order !== null) return order;
    }
    this.#collect();
    return null;
  }

  #limit(): number {
    const { cellMs, budget } = this.#options;
    if (cellMs !== undefined) return cellMs;
    if (budget === undefined) return Number.POSITIVE_INFINITY;
    return Math.max(0, budget - (performance.now() - this.#start)) / 2;
  }

  #collect(): void {
    const finished = this.#active.filter((run) => run.result !== null);
    this.#active = this.#active.filter((run) => run.result === null);
    for (const { result } of finished) if (result !== null && !this.#ended()) this.#done(result);
  }

  /** Only when something has changed: lanes that find nothing to do must not wake one another. */
  #wakeAll(): void {
    this.#wake();
    this.#sleep();
  }

  #sleep(): void {
    this.#changed = new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  #done(result: CellResult): void {
    this.#results.set(result.cell, result);
    this.#meter.finished(result);
    this.#options.onCell?.(result);
  }

  #tick(): void {
    this.#wakeAll();
    if (this.#ended()) return;
    if (performance.now() - this.#saved >= SAVE_EVERY) this.#save();
    const run = this.#active[0];
    if (run === undefined) return;
    const running = this.#active.map(({ cell, executions }) => ({ cell, executions }));
    const left = () => [...this.#queue, ...running.map(({ cell }) => cell)];
    this.#options.onProgress?.(this.#meter.at(run.cell, performance.now() - this.#start, running, left));
  }

  #save(): void {
    this.#saved = performance.now();
    const { onSave } = this.#options;
    if (onSave === undefined) return;
    const running = this.#active.flatMap((run) => {
      const at = run.checkpoint;
      return at === undefined || run.result !== null ? [] : [{ key: keyOf(run.cell), at }];
    });
    onSave(running);
  }
}

function notApplicable(cell: MatrixCell): CellResult {
  return {
    cell,
    verdict: 'not-applicable',
    asExpected: true,
    executions: 0,
    blocked: 0,
    steps: 0,
    ms: 0,
  };
}
