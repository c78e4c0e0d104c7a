/**
 * Runs one thread alone, step by step: for laws, for counting what an operation costs, and for tests. Nothing
 * races here, so a wait that is not satisfied at once is an error.
 */
import { RacewalkError } from '@racewalk/core';
import {
  announced,
  type CellInfo,
  copyOp,
  type FaultSink,
  type Op,
  OpKind,
  type Step,
  type Word,
} from '@racewalk/core/step';
import { RACE } from '../error-codes.js';

/** One performed step. */
export interface PerformedStep {
  readonly op: Op;
  readonly result: Word;
}

/** The result of a run alone. */
export interface AloneRun<T> {
  readonly value: T;
  readonly memory: Int32Array;
  readonly steps: readonly PerformedStep[];
  readonly faults: readonly { readonly code: string; readonly message: string }[];
}

/** How to run. */
export interface AloneOptions {
  /** Memory to start from; the cells' initial values if absent. Not changed. */
  readonly memory?: Int32Array;
  /** Picks the result of `choose(n)`; always 0 if absent. */
  readonly choose?: (n: number) => number;
  /** Give up after this number of steps. Default 100 000. */
  readonly maxSteps?: number;
}

/** The memory a program starts with. */
export function initialMemory(cells: readonly CellInfo[]): Int32Array {
  return Int32Array.from(cells, (c) => c.initial);
}

/** Run `body` to its end on a copy of the memory. Throws `RACEWALK_STUCK` where it would have to wait. */
export function runAlone<T>(
  cells: readonly CellInfo[],
  body: () => Step<T>,
  options: AloneOptions = {},
): AloneRun<T> {
  const memory = Int32Array.from(options.memory ?? initialMemory(cells));
  const steps: PerformedStep[] = [];
  const faults: { code: string; message: string }[] = [];
  const sink: FaultSink = { fail: (code, message) => void faults.push({ code, message }) };
  const choose = options.choose ?? (() => 0);
  const limit = options.maxSteps ?? 100_000;
  const generator = body();
  let turn = generator.next();
  while (!turn.done) {
    const op = copyOp(announced);
    if (steps.length >= limit) throw stuck(op, `no end after ${limit} steps`);
    const result = perform(memory, op, sink, choose);
    if (op.kind !== OpKind.KEY) steps.push({ op, result });
    turn = generator.next(result);
  }
  return { value: turn.value, memory, steps, faults };
}

function stuck(op: Op, why: string): RacewalkError {
  return new RacewalkError('RACEWALK_STUCK', `a thread running alone is stuck at "${op.label}": ${why}`, {
    hint: RACE.codes.RACEWALK_STUCK.todo,
  });
}

/** Perform one step on memory and return its result. */
function perform(memory: Int32Array, op: Op, faults: FaultSink, choose: (n: number) => number): Word {
  const old = memory[op.cell] ?? 0;
  const set = (value: Word) => {
    memory[op.cell] = value;
  };
  switch (op.kind) {
    case OpKind.READ:
      return old;
    case OpKind.WRITE:
      set(op.a);
      return 0;
    case OpKind.XCHG:
      set(op.a);
      return old;
    case OpKind.CMPXCHG:
      if (old === op.a) set(op.b);
      return old;
    case OpKind.OR:
      set(old | op.a);
      return 0;
    case OpKind.LOCK:
      if (old !== 0) throw stuck(op, 'the lock is held');
      set(1);
      return 0;
    case OpKind.UNLOCK:
      if (old === 0) faults.fail('LIVE', `${op.label}: not held`);
      set(0);
      return 0;
    case OpKind.TRYLOCK:
      if (old === 0) set(1);
      return old === 0 ? 1 : 0;
    case OpKind.AWAIT:
      if (!op.test?.(old, op.cell)) throw stuck(op, 'what it waits for does not come');
      return old;
    case OpKind.RETRY:
      if (op.cells.every((cell, i) => memory[cell] === op.values[i]))
        throw stuck(op, 'nothing it read has changed');
      return 0;
    case OpKind.CHOOSE:
      return choose(op.a);
    case OpKind.ATOMIC:
      if (!op.guards.every((cell) => op.test?.(memory[cell] ?? 0, cell)))
        throw stuck(op, 'what it waits for does not come');
      return op.run?.(memory, 0, faults) ?? 0;
    default:
      return 0;
  }
}
