/** Completions: a count that waiters take from. */
import { atomic, Order, read, type Step, write } from '@racewalk/core/step';
import type { Value } from '../run/objects.js';
import type { Thread } from '../run/thread.js';
import { type Helper, stepHelper } from './helper.js';
import { lockCell } from './kinds.js';

/** What `complete_all()` leaves: every waiter goes on, and takes nothing. */
const ALL = 0x7fff_ffff;

const nameOf = (th: Thread, cell: number): string => th.m.world.cells.cells[cell]?.name ?? '';

function* take(th: Thread, p: Value | undefined, op: string): Step<Value> {
  const cell = lockCell(th, p ?? null);
  yield* atomic(
    [cell],
    (mem, base) => {
      const left = mem[base + cell] ?? 0;
      if (left !== ALL) mem[base + cell] = left - 1;
      return left;
    },
    { op, text: nameOf(th, cell), does: 'wait' },
    { guard: cell, test: (w) => w > 0, locked: false, order: Order.ACQUIRE, show: (o) => `→ ${o.result}` },
  );
  return 0n;
}

/** Under the lock of the queue: what comes before is seen by whoever waited. */
function* add(th: Thread, p: Value | undefined, op: string, all: boolean): Step<Value> {
  const cell = lockCell(th, p ?? null);
  yield* atomic(
    [cell],
    (mem, base) => {
      const now = mem[base + cell] ?? 0;
      mem[base + cell] = all ? ALL : now === ALL ? now : now + 1;
      return 0;
    },
    { op, text: nameOf(th, cell), on: [cell] },
    { order: Order.RELEASE },
  );
  return 0n;
}

/** Everything of this file. */
export const COMPLETION_NAMES: readonly Helper[] = [
  ...['wait_for_completion', 'wait_for_completion_io', 'wait_for_completion_state'].map((name) => ({
    ...stepHelper(`${name}(lock)`, 'waits until somebody completes it', (th, [p]) => take(th, p, name)),
    args: null,
  })),
  stepHelper('complete(lock)', 'lets one waiter go on', (th, [p]) => add(th, p, 'complete', false)),
  stepHelper('complete_all(lock)', 'lets all waiters go on', (th, [p]) => add(th, p, 'complete_all', true)),
  stepHelper('try_wait_for_completion(lock):bool', 'takes one if there is one', function* (th, [p]) {
    const cell = lockCell(th, p ?? null);
    const body = (mem: Int32Array, base: number): number => {
      const left = mem[base + cell] ?? 0;
      if (left > 0 && left !== ALL) mem[base + cell] = left - 1;
      return left > 0 ? 1 : 0;
    };
    const note = { op: 'try_wait_for_completion', text: nameOf(th, cell), on: [cell] };
    return BigInt(yield* atomic([cell], body, note, { order: Order.ACQUIRE, show: (o) => `→ ${o.result}` }));
  }),
  stepHelper('completion_done(lock):bool', 'whether a waiter would go on', function* (th, [p]) {
    return (yield* read(lockCell(th, p ?? null), { op: 'completion_done' })) === 0 ? 0n : 1n;
  }),
  ...['init_completion', 'reinit_completion'].map((name) =>
    stepHelper(`${name}(lock)`, 'starts anew', function* (th, [p]) {
      yield* write(lockCell(th, p ?? null), 0, { op: name });
      return 0n;
    }),
  ),
];
