/**
 * Runs the generators. One live generator per thread stands at the node found last; any other node is reached
 * by feeding a fresh generator the results on the way there.
 */

import {
  announced,
  copyOp,
  type MemoryModelName,
  makeOp,
  type Op,
  OpKind,
  type Program,
  type Step,
  type Word,
  watch,
} from '@racewalk/core/step';
import { errorText, isHiddenState } from '../errors.js';
import { authorCode } from './author.js';
import { barriers } from './barriers.js';
import { Calls, Left } from './calls.js';
import { Kind } from './kinds.js';
import { withTraps } from './trap.js';

/** The next step of a thread, and the keys it passed on the way (each prefixed with the thread's number). */
export interface Found {
  readonly op: Op;
  readonly keys: readonly string[];
  /** Where calls ended on the way. */
  readonly places: readonly string[];
}

/** The steps on the way to a node, first to last: where each stood, and what it returned. */
export interface History {
  readonly nodes: readonly number[];
  readonly answers: readonly Word[];
}

const NO_KEYS: readonly string[] = [];

/** Run `body` to its next real step, completing pseudo-steps here; false if it has ended. */
export function resume(
  body: Step<unknown>,
  answer: Word | undefined,
  memory: MemoryModelName,
  onKey: (words: readonly Word[]) => void,
): boolean {
  let result = answer === undefined ? body.next() : body.next(answer);
  while (!result.done) {
    if (announced.kind === OpKind.KEY) onKey(announced.key);
    else if (announced.kind !== OpKind.FENCE || isStep(announced.a, memory)) return true;
    result = body.next(0);
  }
  return false;
}

/** Whether a barrier is a step: it is left out where everything is in order anyway. */
function isStep(barrier: Word, memory: MemoryModelName): boolean {
  return memory === 'weak' || (memory === 'tso' && barriers.drainsStores(barrier));
}

function frozenOp(op: Op): Op {
  const copy = copyOp(op);
  copy.values = [...op.values];
  copy.drains = [...op.drains];
  // A cell listed twice would count as two accesses.
  copy.cells = op.kind === OpKind.ATOMIC ? [...new Set(op.cells)] : [...op.cells];
  return copy;
}

export class Bodies {
  readonly #program: Program;
  readonly #memory: MemoryModelName;
  readonly #live: { body: Step<unknown>; node: number; calls: Calls | null }[] = [];
  readonly #left: Left | null;

  /** `joins`: whether histories join where calls end. */
  constructor(program: Program, memory: MemoryModelName, joins: boolean) {
    this.#program = program;
    this.#memory = memory;
    this.#left = joins ? new Left() : null;
  }

  /** The step that `thread` announces after the step at `node` (-1: at its beginning) returned `answer`. */
  advance(thread: number, node: number, answer: Word, history: () => History): Found {
    return withTraps(() => {
      try {
        return authorCode(
          () => `${this.#program.threads[thread]!.name} (${this.#program.name})`,
          () => this.#advance(thread, node, answer, history),
        );
      } catch (error) {
        if (isHiddenState(error)) throw error;
        const text = errorText(error);
        return { op: { ...makeOp(), kind: Kind.THROW, label: text }, keys: NO_KEYS, places: NO_KEYS };
      }
    });
  }

  /** The live generator of `thread` now waits for the result of the step at `node`. */
  standsAt(thread: number, node: number): void {
    // A body that throws before it is a generator has none.
    const live = this.#live[thread];
    if (live !== undefined) live.node = node;
  }

  #advance(thread: number, node: number, answer: Word, history: () => History): Found {
    let last: Word | undefined = answer;
    let live = this.#live[thread];
    try {
      if (live === undefined || live.node !== node || node < 0) {
        const calls = this.#left === null ? null : new Calls(this.#left, thread);
        watch.calls = calls;
        live = { body: this.#program.threads[thread]!.body(), node: -1, calls };
        this.#live[thread] = live;
        calls?.goOn(-1, 0);
        if (node < 0) {
          last = undefined;
        } else {
          resume(live.body, undefined, this.#memory, ignore);
          const { nodes, answers } = history();
          for (let i = 0; i < answers.length; i++) {
            calls?.goOn(nodes[i]!, answers[i]!);
            resume(live.body, answers[i], this.#memory, ignore);
          }
        }
      }
      const { calls } = live;
      watch.calls = calls;
      if (node >= 0) calls?.goOn(node, answer);
      const keys: string[] = [];
      const more = resume(live.body, last, this.#memory, (words) => keys.push(`${thread}:${words.join()}`));
      const places = calls?.places ?? NO_KEYS;
      return { op: more ? frozenOp(announced) : { ...makeOp(), kind: Kind.END }, keys, places };
    } finally {
      watch.calls = null;
    }
  }
}

const ignore = (): void => undefined;
