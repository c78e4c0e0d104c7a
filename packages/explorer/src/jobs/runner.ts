/** Explores jobs of one program, one after the other, on the same automata. */

import type { MemoryModelName, Program } from '@racewalk/core/step';
import { follow } from '../execution/path.js';
import { executionOf } from '../models/table.js';
import { Automata, RestartSignal } from '../program/automata.js';
import { foundLivelock } from '../searches/dpor/livelock.js';
import { marked, restoreDpor, saveRest } from '../searches/dpor/save.js';
import { searchDpor } from '../searches/dpor/search.js';
import { DporState } from '../searches/dpor/state.js';
import { faultsOf } from '../searches/faults.js';
import type { Keep } from '../searches/search.js';
import { Tally } from '../searches/tally.js';
import type { Counterexample } from '../types.js';
import type { Job, JobResult } from './types.js';

/** Options of {@link JobRunner}; they must be the same for all jobs of a search. */
export interface JobRunnerOptions {
  /** Default: the program's own. */
  readonly memory?: MemoryModelName;
  /** Steps of any one execution; default 10 000. */
  readonly steps?: number;
  /** End a job at its first fault (default), or count all executions. */
  readonly stopAtFirst?: boolean;
}

/**
 * Explores the jobs of a frontier. There can be any number of runners, wherever the program can be built.
 */
export class JobRunner {
  readonly #options: JobRunnerOptions;
  readonly #auto: Automata;
  #search: DporState | undefined;

  constructor(program: Program, options: JobRunnerOptions = {}) {
    this.#options = options;
    this.#auto = new Automata(program, options.memory ?? program.memory);
  }

  /**
   * Explore `job` as far as it allows.
   *
   * @throws RacewalkError `E_CHECKPOINT` for a job that does not fit the program; `RACEWALK_HIDDEN_STATE` if the
   * program does not behave the same twice.
   */
  run(job: Job): JobResult {
    try {
      return this.#run(job);
    } catch (error) {
      if (!(error instanceof RestartSignal)) throw error;
      this.#search = undefined;
      return { ...nothing(job.id), ...this.#orders(), restart: true };
    }
  }

  #orders(): Pick<JobResult, 'awaited' | 'ored'> {
    return { awaited: marked(this.#auto.awaited), ored: marked(this.#auto.ored) };
  }

  #run(job: Job): JobResult {
    this.#auto.start();
    this.#search ??= new DporState(executionOf(this.#auto));
    const s = this.#search;
    const { x } = s;
    const bounds = { executions: job.executions, steps: this.#options.steps ?? 10_000 };
    const tally = new Tally({ bounds, stopAtFirst: this.#options.stopAtFirst ?? true });
    let fault: Counterexample | undefined;
    const keep: Keep = (code, message, path) => {
      const cost = follow(executionOf(this.#auto), path) ?? { steps: path.length, preemptions: 0 };
      fault ??= { code, message, path, ...cost };
    };
    const onFault = faultsOf(x, tally, keep);
    restore(s, job, onFault);
    if (job.prefix.length === 0 && x.faultCode !== '') onFault();
    const found = fault !== undefined && tally.stopAtFirst;
    if (found) tally.executions++;
    const goesRound = (): boolean => foundLivelock(x, tally, keep);
    const stop = found ? 'fault' : searchDpor(s, tally, onFault, undefined, goesRound);
    if (stop === 'steps') goesRound();
    return {
      id: job.id,
      executions: tally.executions,
      blocked: tally.blocked,
      steps: tally.steps,
      deadlocks: tally.deadlocks,
      nodes: this.#auto.count,
      requests: [...s.requests],
      ...this.#orders(),
      ...(stop === 'executions' ? { rest: saveRest(s, s.floor) } : {}),
      ...(fault === undefined ? {} : { fault }),
      ...(stop === 'steps' ? { tooLong: true } : {}),
    };
  }
}

function nothing(id: number) {
  return { id, executions: 0, blocked: 0, steps: 0, deadlocks: 0, nodes: 0, requests: [] };
}

/** Steps of a prefix may be new: a fault there is the job's to report. */
function restore(s: DporState, job: Job, onFault: () => void): void {
  const { awaited, prefix, sleep, trees, rest } = job;
  const saved = {
    awaited,
    path: [...prefix, ...(rest?.path ?? [])],
    sleep: [...sleep, ...(rest?.sleep ?? [[]])],
    trees: [...trees, ...(rest?.trees ?? [[]])],
  };
  restoreDpor(s, saved, onFault);
  s.floor = prefix.length;
}
