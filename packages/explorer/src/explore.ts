import type { MemoryModel, Program } from '@racewalk/core/step';
import { Automata, RestartSignal } from './automaton/automata.js';
import { livelockAt } from './dpor/livelock.js';
import { restoreDpor, type SavedDpor, saveDpor } from './dpor/save.js';
import { searchDpor } from './dpor/search.js';
import { DporState } from './dpor/state.js';
import { NondeterminismError, RacewalkError } from './errors.js';
import { fingerprint, runTwice } from './first-run.js';
import { Machine } from './memory/machine.js';
import { follow, pathOf } from './memory/path.js';
import { StateSearch } from './search/bfs.js';
import { PctSampler, RandomSampler, searchSampling } from './search/sampling.js';
import { pausedRuns, StatefulRun } from './stateful/run.js';
import { type OnFault, type Stop, Tally } from './tally.js';
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

const LIVELOCK = 'the same state comes back for ever: a livelock';

class Exploration {
  readonly #program: Program;
  readonly #options: ExploreOptions;
  readonly #memory: MemoryModel;
  readonly #strategy: Strategy;
  readonly #auto: Automata;
  #tally: Tally;
  #first: Counterexample | undefined;
  #save: () => unknown = () => null;
  #stateful: StatefulRun | undefined;

  constructor(program: Program, options: ExploreOptions) {
    this.#program = program;
    this.#options = options;
    this.#memory = options.memory ?? program.memory;
    this.#strategy = strategyOf(options);
    const paused = options.resume === undefined ? undefined : pausedRuns.get(options.resume);
    if (paused?.program === program) this.#stateful = paused;
    this.#auto = this.#stateful?.auto ?? new Automata(program, this.#memory);
    this.#tally = new Tally(options);
  }

  run(): Report {
    this.#checkResume();
    if (this.#options.checkDeterminism !== false) {
      const detail = runTwice(this.#program, this.#memory, this.#tally.maxSteps);
      if (detail !== '') return { ...this.#common(), verdict: 'nondeterministic', detail };
    }
    for (;;) {
      try {
        this.#auto.start();
        return this.#report(this.#search());
      } catch (error) {
        if (error instanceof NondeterminismError) {
          return { ...this.#common(), verdict: 'nondeterministic', detail: error.message };
        }
        if (!(error instanceof RestartSignal)) throw error;
        this.#tally = new Tally(this.#options);
        this.#first = undefined;
        this.#stateful = undefined;
      }
    }
  }

  #search(): Stop {
    const m = new Machine(this.#auto);
    this.#resumeCounts();
    if (m.faultCode !== '') {
      this.#keep(m.faultCode, m.faultMessage, []);
      return 'fault';
    }
    const onFault: OnFault = () => {
      this.#keep(m.faultCode, m.faultMessage, pathOf(m));
      m.faultCode = '';
      return this.#tally.stopAtFirst ? 'stop' : 'go on';
    };
    if (this.#strategy === 'bfs') return this.#searchStates(m);
    if (this.#strategy === 'stateful') return this.#searchStateful();
    if (this.#strategy === 'dpor') return this.#searchDpor(m, onFault);
    const { seed = 1, depth = 3, bounds } = this.#options;
    const sampler = this.#strategy === 'random' ? new RandomSampler() : new PctSampler(m.agents, depth);
    const bounded = bounds?.executions !== undefined || bounds?.ms !== undefined;
    if (!bounded) this.#tally.limitExecutions(10_000);
    return searchSampling(m, sampler, seed, this.#tally, onFault);
  }

  #searchDpor(m: Machine, onFault: OnFault): Stop {
    const s = new DporState(m);
    s.reset();
    this.#save = () => saveDpor(s);
    if (this.#options.resume !== undefined) restoreDpor(s, this.#options.resume.state as SavedDpor);
    const stop = searchDpor(s, this.#tally, onFault);
    const round = stop === 'steps' ? livelockAt(this.#auto, m) : null;
    if (round === null) return stop;
    this.#keep('LIVE', LIVELOCK, round);
    this.#tally.executions++;
    this.#tally.deadlocks++;
    return 'fault';
  }

  #searchStateful(): Stop {
    this.#stateful ??= new StatefulRun(this.#auto);
    const { m } = this.#stateful.search;
    const onFault: OnFault = () => {
      this.#keep(m.faultCode, m.faultMessage, pathOf(m));
      m.faultCode = '';
      return this.#tally.stopAtFirst ? 'stop' : 'go on';
    };
    return this.#stateful.run(this.#tally, onFault, (round) => this.#keep('LIVE', LIVELOCK, round));
  }

  #searchStates(m: Machine): Stop {
    const search = new StateSearch(m, this.#tally, () => true);
    const stop = search.run();
    if (search.found !== null) this.#keep(search.found.code, search.found.message, search.found.path);
    return stop;
  }

  #keep(code: string, message: string, path: Path): void {
    if (this.#first !== undefined) return;
    const cost = follow(new Machine(this.#auto), path) ?? { steps: path.length, preemptions: 0 };
    this.#first = { code, message, path, ...cost };
  }

  #common(): ReportCommon {
    const { executions, blocked, steps, ms, deadlocks, states } = this.#tally;
    return {
      executions,
      blocked,
      steps,
      ms,
      deadlocks,
      nodes: this.#auto.count,
      ...(this.#strategy === 'bfs' || this.#strategy === 'stateful' ? { states } : {}),
      ...(this.#stateful === undefined ? {} : { bytesPerState: this.#stateful.bytesPerState }),
      ...(this.#first === undefined ? {} : { firstFault: this.#first }),
    };
  }

  #report(stop: Stop): Report {
    const common = this.#common();
    if (stop === 'fault') return { ...common, verdict: 'counterexample', counterexample: this.#first! };
    if (stop === 'exhausted') return { ...common, verdict: 'exhausted' };
    if (stop === 'interrupted') return { ...common, verdict: 'interrupted', checkpoint: this.#checkpoint() };
    const resumable = stop === 'executions' || stop === 'ms';
    return {
      ...common,
      verdict: 'bounded',
      bound: stop,
      ...(resumable ? { checkpoint: this.#checkpoint() } : {}),
    };
  }

  #checkpoint(): Checkpoint {
    const { executions, blocked, steps, deadlocks, ms } = this.#tally;
    const checkpoint: Checkpoint = {
      schema: 'racewalk.checkpoint/1',
      fingerprint: this.#fingerprint(),
      strategy: this.#strategy,
      memory: this.#memory,
      executions,
      blocked,
      steps,
      deadlocks,
      ms,
      ...(this.#first === undefined ? {} : { firstFault: this.#first }),
      state: this.#save(),
    };
    if (this.#stateful !== undefined) pausedRuns.set(checkpoint, this.#stateful);
    return checkpoint;
  }

  #fingerprint(): string {
    return fingerprint(this.#program, this.#memory, this.#tally.maxSteps);
  }

  #checkResume(): void {
    const { resume } = this.#options;
    if (resume === undefined) return;
    const fits =
      resume.schema === 'racewalk.checkpoint/1' &&
      resume.strategy === this.#strategy &&
      resume.memory === this.#memory &&
      resume.fingerprint === this.#fingerprint();
    if (fits) return;
    throw new RacewalkError(
      'E_CHECKPOINT',
      'the checkpoint was made for another program, strategy or memory model',
      { hint: 'start the search anew' },
    );
  }

  #resumeCounts(): void {
    const { resume } = this.#options;
    if (resume === undefined || this.#strategy === 'bfs') return;
    if (this.#strategy === 'stateful' && this.#stateful === undefined) return;
    this.#first = resume.firstFault;
    this.#tally.resume(resume);
  }
}

function strategyOf(options: ExploreOptions): Strategy {
  const bounded = options.bounds?.preemptions !== undefined;
  const strategy = options.strategy ?? (bounded ? 'bfs' : 'dpor');
  if (bounded && strategy !== 'bfs') {
    throw new RacewalkError('E_OPTION', `strategy ${strategy} does not know a preemption bound`, {
      hint: "leave the strategy out, or use 'bfs'",
    });
  }
  return strategy;
}
