/**
 * Runs one schedule with the program's own generators, step by step, and writes down everything. It
 * shares no code with the searches: what they found by automaton is checked here by running it.
 */
import { announced, type Op, OpKind, type Program, type Step, type Word } from '@racewalk/core/step';
import { resume } from './automaton/bodies.js';
import { describe } from './automaton/signature.js';
import { withTraps } from './automaton/trap.js';
import { errorText, NondeterminismError } from './errors.js';
import { stuckMessage, waitingFor } from './memory/verdict.js';
import { canStep, performStep } from './replay/perform.js';
import { endsHolding, SimpleWorld, stateText } from './replay/world.js';
import type {
  Divergence,
  Path,
  RecordedFault,
  Recording,
  ReplayOptions,
  StepRecord,
  Waiting,
} from './types.js';

/**
 * Replays `path`. Never throws for a path that does not fit: `divergence` says where and how. A path that
 * ends before the program does leaves `complete` false. Replaying stops behind the first fault.
 */
export function replay(program: Program, path: Path, options: ReplayOptions = {}): Recording {
  return new Replay(program, options.memory ?? program.memory).run(path);
}

interface Running {
  readonly body: Step<unknown>;
  /** The step the thread has announced; null when it has ended. */
  op: Op | null;
  /** Key it passed last and the answers since: where it stands, if its keys are right. */
  place: string;
}

class Replay {
  readonly #program: Program;
  readonly #memory: 'sc' | 'tso';
  readonly #world: SimpleWorld;
  readonly #threads: Running[] = [];
  readonly #steps: StepRecord[] = [];
  readonly #places = new Set<string>();
  #keyed = false;
  #repeats = false;
  #fault: RecordedFault | undefined;
  #divergence: Divergence | undefined;

  constructor(program: Program, memory: 'sc' | 'tso') {
    this.#program = program;
    this.#memory = memory;
    this.#world = new SimpleWorld(program, memory, (code, message) => this.#fail(code, message));
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
    const world = this.#world;
    const count = this.#threads.length;
    if (agent >= count && agent < 2 * count && world.buffers[agent - count]!.length > 0) {
      this.#steps.push(world.flush(agent - count, this.#steps.length));
      this.#noteState();
      return;
    }
    const op = agent >= 0 && agent < count ? this.#threads[agent]!.op : null;
    const wrong = this.#misfit(agent, op, choice);
    if (wrong !== undefined) {
      this.#divergence = { step: this.#steps.length, ...wrong };
      return;
    }
    const index = this.#steps.length;
    const done = performStep(world, agent, op!, choice);
    const { result, cells, before, after } = done;
    const text = op!.show?.({ result, before, after }) ?? '';
    this.#steps.push({
      index,
      thread: agent,
      kind: op!.kind,
      label: op!.label,
      cells,
      before,
      after,
      result,
      text,
      flusher: false,
    });
    this.#threads[agent]!.place += `,${result}`;
    this.#advance(agent, result);
    this.#noteState();
  }

  /** Why the path's next step cannot be taken here, if it cannot. */
  #misfit(agent: number, op: Op | null, choice: number): { expected: string; found: string } | undefined {
    const name = this.#program.threads[agent]?.name ?? `agent ${agent}`;
    const expected = choice >= 0 ? `${name} takes alternative ${choice}` : `a step of ${name}`;
    if (op === null) return { expected, found: `${name} has no step to take` };
    if ((op.kind === OpKind.CHOOSE) !== choice >= 0 || choice >= Math.max(op.a, 1)) {
      if (op.kind === OpKind.CHOOSE || choice >= 0)
        return { expected, found: `${name} is at ${describe(op)}` };
    }
    if (!canStep(this.#world, agent, op)) return { expected, found: `${name} waits at ${describe(op)}` };
    return undefined;
  }

  #advance(t: number, answer: Word | undefined): void {
    const running = this.#threads[t]!;
    running.op = null;
    try {
      const more = withTraps(() =>
        resume(running.body, answer, this.#memory, (words) => {
          running.place = words.join();
          this.#keyed = true;
        }),
      );
      if (more) running.op = { ...announced };
    } catch (error) {
      if (error instanceof NondeterminismError) throw error;
      const text = errorText(error);
      this.#fail('THROW', `${this.#program.threads[t]!.name} threw ${text}`);
    }
  }

  #fail(code: string, message: string): void {
    this.#fault ??= { code, message, step: this.#steps.length };
  }

  /** Remember where everybody stands, to recognise a state that comes back. */
  #noteState(): void {
    if (!this.#keyed) return;
    const state = stateText(
      this.#world,
      this.#threads.map(({ op, place }) => (op === null ? 'end' : place)),
    );
    this.#repeats = this.#places.has(state);
    this.#places.add(state);
  }

  #finish(): Recording {
    const { threads } = this.#program;
    const world = this.#world;
    const stuck = this.#threads.every(({ op }, t) => op === null || !canStep(world, t, op));
    const resting = stuck && world.buffers.every((buffer) => buffer.length === 0);
    const complete =
      this.#threads.every(({ op }, t) => op === null || threads[t]!.daemon === true) && resting;
    const waiting: Waiting[] = [];
    this.#threads.forEach(({ op }, t) => {
      if (op === null || canStep(world, t, op)) return;
      waiting.push(waitingFor(this.#program, t, op, op.kind === OpKind.LOCK ? world.mem[op.cell]! : 0));
    });
    if (this.#fault === undefined && this.#divergence === undefined) {
      const over = this.#threads.map(({ op }) => op === null);
      if (complete) {
        endsHolding(this.#program, world.mem, over, (code, message) => this.#fail(code, message));
        this.#program.final?.(world.mem, 0, { fail: (code, message) => this.#fail(code, message) });
      } else if (resting) this.#fail('LIVE', stuckMessage(threads, waiting));
      else if (this.#repeats) this.#fail('LIVE', 'the same state comes back for ever: a livelock');
    }
    return {
      steps: this.#steps,
      ...(this.#fault === undefined ? {} : { fault: this.#fault }),
      ...(this.#divergence === undefined ? {} : { divergence: this.#divergence }),
      final: [...world.mem],
      complete,
      waiting,
    };
  }
}
