import type { MemoryModelName, Program } from '@racewalk/core/step';
import { checkpointOf, checkResume } from './checkpoint.js';
import { isHiddenState, isTooManyStores } from './errors.js';
import { follow, tooLongMessage } from './execution/path.js';
import { runTwice } from './first-run.js';
import { executionOf } from './models/table.js';
import { Automata, RestartSignal } from './program/automata.js';
import { keepLearned } from './program/learned.js';
import type { Search, SearchKind } from './searches/search.js';
import { SEARCHES, strategyOf } from './searches/table.js';
import { type Stop, Tally } from './searches/tally.js';
import type {
  Checkpoint,
  Counterexample,
  ExploreOptions,
  Path,
  Report,
  ReportCommon,
  Strategy,
} from './types.js';

/**
 * Explores the schedules of `program`. A race is a result, not an exception.
 *
 * @throws RacewalkError for options that contradict each other (`E_OPTION`) and for a checkpoint of
 * another program (`E_CHECKPOINT`).
 */
export function explore(program: Program, options: ExploreOptions = {}): Report {
  return new Exploration(program, options).run();
}

/** Paused searches that can be resumed only in memory, by the checkpoint that was returned for them. */
const paused = new WeakMap<Checkpoint, Search>();

const LOADS_IN_ORDER = 'only the strategy dpor makes loads early; here they are in the order of the program';

class Exploration {
  readonly #program: Program;
  #options: ExploreOptions;
  readonly #memory: MemoryModelName;
  readonly #strategy: Strategy;
  readonly #kind: SearchKind;
  readonly #auto: Automata;
  #tally: Tally;
  #search: Search | undefined;
  #first: Counterexample | undefined;

  constructor(program: Program, options: ExploreOptions) {
    this.#program = program;
    this.#memory = options.memory ?? program.memory;
    this.#strategy = strategyOf(options);
    this.#kind = SEARCHES[this.#strategy];
    this.#options = { ...options, bounds: this.#kind.bounds(options.bounds ?? {}) };
    const earlier = options.resume === undefined ? undefined : paused.get(options.resume);
    if (earlier?.x.program === program) this.#search = earlier;
    this.#auto = this.#search?.x.auto ?? new Automata(program, this.#memory, this.#strategy === 'stateful');
    this.#tally = new Tally(this.#options);
  }

  run(): Report {
    const { resume, checkDeterminism } = this.#options;
    if (resume !== undefined) {
      checkResume(resume, this.#program, this.#strategy, this.#memory, this.#tally.maxSteps);
    }
    try {
      return this.#run(checkDeterminism !== false);
    } catch (error) {
      if (!isTooManyStores(error)) throw error;
      return { ...this.#common(), verdict: 'bounded', bound: 'stores', detail: error.message };
    }
  }

  #run(twice: boolean): Report {
    if (twice) {
      const detail = runTwice(this.#auto, this.#tally.maxSteps);
      if (detail !== '') return { ...this.#common(), verdict: 'nondeterministic', detail };
    }
    for (;;) {
      try {
        this.#auto.start();
        return this.#report(this.#explore());
      } catch (error) {
        if (isHiddenState(error)) {
          return { ...this.#common(), verdict: 'nondeterministic', detail: error.message };
        }
        if (!(error instanceof RestartSignal)) throw error;
        this.#tally = new Tally(this.#options);
        this.#first = undefined;
        this.#search = undefined;
        // What was saved was counted while two ORs were taken to commute that do not.
        const { resume: _, ...anew } = this.#options;
        this.#options = anew;
      }
    }
  }

  #explore(): Stop {
    const { resume } = this.#options;
    const goesOn = this.#search !== undefined || this.#kind.resumes === 'from JSON';
    if (resume !== undefined && goesOn) {
      this.#first = resume.firstFault;
      this.#tally.resume(resume);
    }
    if (this.#search === undefined) {
      const x = executionOf(this.#auto);
      if (x.faultCode !== '') {
        this.#keep(x.faultCode, x.faultMessage, []);
        return 'fault';
      }
      this.#search = this.#kind.create(x, this.#options);
      if (resume !== undefined) this.#search.resume?.(resume.state);
    }
    return this.#search.run(this.#tally, (code, message, path) => this.#keep(code, message, path));
  }

  #keep(code: string, message: string, path: Path): void {
    if (this.#first !== undefined) return;
    const cost = follow(executionOf(this.#auto), path) ?? { steps: path.length, preemptions: 0 };
    this.#first = { code, message, path, ...cost };
  }

  #common(): ReportCommon {
    const { executions, blocked, steps, ms, deadlocks, states } = this.#tally;
    const bytesPerState = this.#search?.bytesPerState;
    return {
      executions,
      blocked,
      steps,
      ms,
      deadlocks,
      nodes: this.#auto.count,
      ...(this.#kind.keepsStates ? { states } : {}),
      ...(bytesPerState === undefined ? {} : { bytesPerState }),
      ...(this.#first === undefined ? {} : { firstFault: this.#first }),
    };
  }

  #report(stop: Stop): Report {
    const common = this.#common();
    if (stop === 'fault') {
      keepLearned(this.#auto);
      return { ...common, verdict: 'counterexample', counterexample: this.#first! };
    }
    if (stop === 'exhausted' && this.#strategy !== 'dpor' && this.#auto.loadsEarly) {
      return { ...common, verdict: 'bounded', bound: 'loads', detail: LOADS_IN_ORDER };
    }
    if (stop === 'exhausted') return { ...common, verdict: 'exhausted' };
    if (stop === 'interrupted') return { ...common, verdict: 'interrupted', checkpoint: this.#checkpoint() };
    const resumable = stop === 'executions' || stop === 'ms';
    return {
      ...common,
      verdict: 'bounded',
      bound: stop,
      ...(stop === 'steps' ? { detail: this.#tooLong() } : {}),
      ...(resumable ? { checkpoint: this.#checkpoint() } : {}),
    };
  }

  /** The execution that reached the bound of steps, by the thread that took most of its last ones. */
  #tooLong(): string {
    const { x } = this.#search!;
    return tooLongMessage(x, this.#tally.maxSteps);
  }

  #checkpoint(): Checkpoint {
    const search = this.#search!;
    const checkpoint = checkpointOf(
      this.#program,
      this.#strategy,
      this.#memory,
      this.#tally,
      this.#first,
      search.save?.() ?? null,
    );
    if (this.#kind.resumes === 'in memory') paused.set(checkpoint, search);
    return checkpoint;
  }
}
