/**
 * A program whose author is watched: every step that a thread announces is yielded, once; it is a step of this program;
 * and it is the same whenever the thread has seen the same results.
 */
import { announced, type Op, OpKind, type Program, type Step, type Word } from '@racewalk/core/step';
import { describe, differences } from '../program/signature.js';
import { watchedAtomic } from './atomic.js';
import type { Flaws } from './flaw.js';
import { checkOperands } from './operands.js';

type ThreadSpec = Program['threads'][number];

/** Calls that are kept of a stack: enough to lead from a step to its author. */
const DEEP = 40;

const END: Op = { ...announced, label: 'the end' };

/** The steps of one thread: which it announced after which results. */
type Announced = Map<string, Op>;

/** What the threads of a program did, by their names. */
export type Histories = Map<string, Announced>;

/** The same program under watch. What its threads do is noted in `histories`, and compared with what stands there. */
export function watched(program: Program, flaws: Flaws, histories: Histories = new Map()): Program {
  const tableOf = ({ name }: ThreadSpec): Announced => {
    const known = histories.get(name) ?? new Map<string, Op>();
    histories.set(name, known);
    return known;
  };
  const threads = program.threads.map((thread) => watchedThread(thread, program, flaws, tableOf(thread)));
  return { ...program, threads };
}

function watchedThread(thread: ThreadSpec, program: Program, flaws: Flaws, table: Announced): ThreadSpec {
  const { name } = thread;
  const remember = (history: string, op: Op): void => {
    const known = table.get(history);
    if (known === undefined) {
      table.set(history, op);
      return;
    }
    const wrong = known === END && op === END ? '' : differences(known, op);
    if (wrong === '') return;
    const what = 'depends on something that is no word of memory (a variable of the module, a clock)';
    flaws.note(
      'RACEWALK_HIDDEN_STATE',
      `${name} ${what}: after the same results it takes ${wrong}`,
      op.stack,
    );
  };
  return {
    ...thread,
    body() {
      const inner = begun(thread, flaws);
      let history = '';
      const self = {
        next(answer?: Word): IteratorResult<undefined, unknown> {
          if (answer !== undefined) history += `,${answer}`;
          const { turn, stack } = oneTurn(inner, answer, name, flaws);
          if (turn.done) {
            remember(history, END);
            return turn;
          }
          const op = { ...announced, stack };
          const who = `${name}, at ${describe(op)},`;
          checkOperands(op, who, program.cells, flaws);
          // The search has no use for what is no step.
          if (flaws.first !== null) throw new TypeError(flaws.first.message);
          if (op.kind !== OpKind.KEY) remember(history, op);
          if (op.kind === OpKind.ATOMIC && op.run !== null) {
            announced.run = watchedAtomic(op, who, program.cells, flaws);
          }
          return turn;
        },
        return: (value: unknown) => ({ done: true, value }),
        throw(error: unknown): never {
          throw error;
        },
        [Symbol.iterator]: () => self,
      };
      return self as unknown as Step<unknown>;
    },
  };
}

function begun(thread: ThreadSpec, flaws: Flaws): Step<unknown> {
  const body: unknown = thread.body();
  if (typeof (body as { next?: unknown } | null)?.next === 'function' && !isPromised(body))
    return body as Step<unknown>;
  const what = isPromised(body) ? 'is an async function' : 'is no generator function';
  flaws.note('RACEWALK_NO_GENERATOR', `run of ${thread.name} ${what}: write *run(m, s) { … }`);
  throw new TypeError(`run of ${thread.name} ${what}`);
}

const isPromised = (body: unknown): boolean =>
  typeof (body as { then?: unknown } | null)?.then === 'function' ||
  typeof (body as { [Symbol.asyncIterator]?: unknown } | null)?.[Symbol.asyncIterator] === 'function';

/** Run the author's code to its next yield, and look at what it announced on the way. */
function oneTurn(
  inner: Step<unknown>,
  answer: Word | undefined,
  name: string,
  flaws: Flaws,
): { turn: IteratorResult<undefined, unknown>; stack: string | null } {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = DEEP;
  const before = announced.stack;
  announced.stack = '';
  announced.open = false;
  announced.missed = null;
  try {
    const turn = answer === undefined ? inner.next() : inner.next(answer);
    const { open, missed } = announced;
    const forgotten =
      missed ?? (turn.done === true && open ? { label: announced.label, stack: announced.stack } : null);
    if (forgotten !== null) {
      const label = forgotten.label === '' ? 'a step' : `'${forgotten.label}'`;
      flaws.note(
        'RACEWALK_FORGOTTEN_YIELD',
        `${name} announces ${label} and does not take it: yield* is missing, or call and yield* are two statements`,
        forgotten.stack,
      );
    } else if (turn.done !== true && (!open || turn.value !== undefined)) {
      const what = open ? 'yields a step without a star' : 'yields what is no step, or one step twice';
      flaws.note(
        'RACEWALK_NO_STEP',
        `${name} ${what}: every step is one yield* of one call`,
        open ? announced.stack : null,
      );
    }
    announced.open = false;
    return { turn, stack: announced.stack };
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
    if (before === null) announced.stack = null;
  }
}
