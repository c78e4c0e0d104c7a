/**
 * Runs one schedule with the program's own generators, step by step, and records everything. It shares no code
 * with the searches and the memory models that they use: here their findings are checked by running them.
 */
import {
  announced,
  type MemoryModelName,
  type Op,
  OpKind,
  type Program,
  type Step,
  type Word,
} from '@racewalk/core/step';
import { isHiddenState } from '../errors.js';
import { resume } from '../program/bodies.js';
import { LIVELOCK, stuckMessage, threwMessage, waitingFor } from '../program/messages.js';
import { describe } from '../program/signature.js';
import { withTraps } from '../program/trap.js';
import type {
  Divergence,
  Path,
  RecordedFault,
  Recording,
  ReplayOptions,
  StepRecord,
  Waiting,
} from '../types.js';
import type { Fail, ReplayModel } from './model.js';
import { REPLAY_MODELS } from './table.js';

/**
 * Replays `path`. Never throws for a path that does not fit: `divergence` says where and how. A path that
 * ends before the program does leaves `complete` false. Replaying stops behind the first fault.
 */
export function replay(program: Program, path: Path, options: ReplayOptions = {}): Recording {
  return new Replay(program, options.memory ?? program.memory, options.stacks ?? false).run(path);
}

interface Running {
  readonly body: Step<unknown>;
  /** The step the thread has announced; null when it has ended. */
  op: Op | null;
  /** The key it passed last and the results since: its place, if its keys are right. */
  place: string;
}

class Replay {
  readonly #program: Program;
  readonly #memory: MemoryModelName;
  readonly #stacks: boolean;
  readonly #model: ReplayModel;
  readonly #threads: Running[] = [];
  readonly #steps: StepRecord[] = [];
  readonly #places = new Set<string>();
  #keyed = false;
  #repeats = false;
  #fault: RecordedFault | undefined;
  #divergence: Divergence | undefined;

  constructor(program: Program, memory: MemoryModelName, stacks: boolean) {
    this.#program = program;
    this.#memory = memory;
    this.#stacks = stacks;
    this.#model = REPLAY_MODELS[memory](program, this.#fail);
  }

  run(path: Path): Recording {
    const { threads } = this.#program;
    for (let t = 0; t < threads.length; t++) {
      this.#threads.push({ body: threads[t]!.body(), op: null, place: '' });
      this.#advance(t, undefined);
    }
    this.#noteState();
    for (let i = 0; i < path.length && this.#fault === undefined && this.#divergence === undefined; i++) {
      const choice = i + 1 < path.length && path[i + 1]! < 0 ? ~path[i + 1]! : -1;
      this.#take(path[i]!, choice);
      if (choice >= 0) i++;
    }
    return this.#finish();
  }

  #take(agent: number, choice: number): void {
    const model = this.#model;
    const running = this.#threads[agent];
    const op = running?.op ?? null;
    const moves = running === undefined && agent >= 0 && agent < model.agents && model.enabled(agent, null);
    const wrong = moves ? undefined : this.#misfit(agent, op, choice);
    if (wrong !== undefined) {
      this.#divergence = { step: this.#steps.length, ...wrong };
      return;
    }
    const done = model.execute(agent, op, choice);
    const stack = op?.stack ?? null;
    this.#steps.push({ index: this.#steps.length, ...done, ...(stack === null ? {} : { stack }) });
    if (running !== undefined) {
      running.place += `,${done.result}`;
      this.#advance(agent, done.result);
    }
    this.#noteState();
  }

  /** Why the path's next step cannot be taken here, if it cannot. */
  #misfit(agent: number, op: Op | null, choice: number): { expected: string; found: string } | undefined {
    const name = this.#program.threads[agent]?.name ?? `agent ${agent}`;
    const expected = choice >= 0 ? `${name} takes alternative ${choice}` : `a step of ${name}`;
    if (op === null) return { expected, found: `${name} has no step to take` };
    const misses =
      op.kind === OpKind.CHOOSE
        ? choice < 0 || choice >= op.a
        : choice >= 0 && !(this.#model.enabled(agent, op) && this.#model.accepts(agent, op, choice));
    if (misses) return { expected, found: `${name} is at ${describe(op)}` };
    if (!this.#model.enabled(agent, op)) return { expected, found: `${name} waits at ${describe(op)}` };
    return undefined;
  }

  #advance(t: number, answer: Word | undefined): void {
    const running = this.#threads[t]!;
    running.op = null;
    try {
      const step = () => {
        const more = resume(running.body, answer, this.#memory, (words) => {
          running.place = words.join();
          this.#keyed = true;
        });
        return more ? { ...announced } : null;
      };
      running.op = withTraps(this.#stacks ? () => withStacks(step) : step);
    } catch (error) {
      if (isHiddenState(error)) throw error;
      const first = this.#fault === undefined;
      this.#fail('THROW', threwMessage(this.#program, t, error));
      if (first && error instanceof Error && error.stack !== undefined) {
        this.#fault = { ...this.#fault!, stack: error.stack };
      }
    }
  }

  readonly #fail: Fail = (code, message) => {
    this.#fault ??= { code, message, step: this.#steps.length };
  };

  /** Remember the state, to recognise one that comes back. */
  #noteState(): void {
    if (!this.#keyed) return;
    const places = this.#threads.map(({ op, place }) => (op === null ? 'end' : place));
    const state = `${places.join('|')};${this.#model.key()}`;
    this.#repeats = this.#places.has(state);
    this.#places.add(state);
  }

  #finish(): Recording {
    const { threads } = this.#program;
    const model = this.#model;
    const over = this.#threads.map(({ op }) => op === null);
    const resting = this.#nobodyCanMove();
    const complete = resting && over.every((ended, t) => ended || threads[t]!.daemon === true);
    const waiting: Waiting[] = [];
    this.#threads.forEach(({ op }, t) => {
      if (op === null || model.enabled(t, op)) return;
      waiting.push(waitingFor(this.#program, t, op, op.kind === OpKind.LOCK ? model.mem[op.cell]! : 0));
    });
    if (this.#fault === undefined && this.#divergence === undefined) {
      if (complete) {
        endsHolding(this.#program, model.mem, over, this.#fail);
        this.#program.final?.(model.mem, 0, { fail: this.#fail });
      } else if (resting) this.#fail('LIVE', stuckMessage(threads, waiting));
      else if (this.#repeats) this.#fail('LIVE', LIVELOCK);
    }
    return {
      steps: this.#steps,
      ...(this.#fault === undefined ? {} : { fault: this.#fault }),
      ...(this.#divergence === undefined ? {} : { divergence: this.#divergence }),
      final: [...model.mem],
      complete,
      waiting,
    };
  }

  #nobodyCanMove(): boolean {
    for (let agent = 0; agent < this.#model.agents; agent++) {
      if (this.#model.enabled(agent, this.#threads[agent]?.op ?? null)) return false;
    }
    return true;
  }
}

/** Calls that are kept: enough to lead from a step through core and machine to its author. */
const DEEP = 40;

/** Runs `body`; each step announced meanwhile says where it stands in the source. */
function withStacks<T>(body: () => T): T {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = DEEP;
  announced.stack = '';
  try {
    return body();
  } finally {
    announced.stack = null;
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** Report each lock that is held by a thread that has ended. */
function endsHolding(program: Program, mem: Int32Array, over: readonly boolean[], fail: Fail): void {
  for (const lock of program.locks ?? []) {
    const owner = mem[lock]! - 1;
    if (over[owner] !== true) continue;
    fail('LIVE', `${program.threads[owner]!.name} ended holding ${program.cells[lock]!.name}`);
  }
}
