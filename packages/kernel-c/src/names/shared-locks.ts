/** Read-write locks and semaphores beyond taking them: tried, given up for a signal that never comes, made shared. */
import { type AtomicBody, atomic, Order, read, type Step } from '@racewalk/core/step';
import type { Value } from '../run/objects.js';
import type { Thread } from '../run/thread.js';
import { asMm } from './cast.js';
import { type Helper, stepHelper } from './helper.js';
import { lockCell } from './kinds.js';

type Lock = (th: Thread, p: Value | undefined) => number;

const given: Lock = (th, p) => lockCell(th, p ?? null);
const ofMm: Lock = (_th, mm) => asMm(mm).mmapLock;

const nameOf = (th: Thread, cell: number): string => th.m.world.cells.cells[cell]?.name ?? '';

/** A lock that is not free is no more than read: a loop may wait for it. */
function* tryShared(th: Thread, cell: number): Step<Value> {
  const run: AtomicBody = (mem, base) => {
    const held = mem[base + cell] ?? 0;
    if (held <= 0) mem[base + cell] = held - 1;
    return held;
  };
  const note = { op: 'trylock', text: `${nameOf(th, cell)} (read)`, on: [cell] };
  const show = (o: { readonly result: number }): string => (o.result > 0 ? '→ 0' : '→ 1');
  const held = yield* atomic([cell], run, note, { order: Order.ACQUIRE, show });
  if (held > 0) th.onlyRead(cell, held);
  return held > 0 ? 0n : 1n;
}

/** The writer becomes a reader, without a moment in which nobody holds it. */
function* downgrade(th: Thread, cell: number): Step<Value> {
  const name = nameOf(th, cell);
  const run: AtomicBody = (mem, base, faults) => {
    if ((mem[base + cell] ?? 0) <= 0) faults.fail('LIVE', `${name} is made shared, and no writer holds it`);
    else mem[base + cell] = -1;
    return 0;
  };
  yield* atomic([cell], run, { text: `downgrade ${name}`, does: 'unlock' }, { order: Order.RELEASE });
  return 0n;
}

const takeShared = function* (th: Thread, cell: number): Step<Value> {
  yield* th.m.k.downRead(cell);
  return 0n;
};
const giveShared = function* (th: Thread, cell: number): Step<Value> {
  yield* th.m.k.upRead(cell);
  return 0n;
};
const take = function* (th: Thread, cell: number): Step<Value> {
  yield* th.m.lock(cell);
  return 0n;
};
const give = function* (th: Thread, cell: number): Step<Value> {
  yield* th.m.unlock(cell);
  return 0n;
};
const tryAlone = function* (th: Thread, cell: number): Step<Value> {
  return (yield* th.m.trylock(cell)) ? 1n : 0n;
};

type Run = (th: Thread, cell: number) => Step<Value>;

const all = (names: string, result: string, says: string, run: Run, lock: Lock = given): Helper[] =>
  names.split(' ').map((name) => {
    const kind = lock === ofMm ? 'mm' : 'lock';
    const line = /irqsave|irqrestore/.test(name) ? `${name}(lock,any)${result}` : `${name}(${kind})${result}`;
    return stepHelper(line, says, (th, [p]) => run(th, lock(th, p)));
  });

/** Everything of this file. */
export const SHARED_LOCK_NAMES: readonly Helper[] = [
  ...all('down_read_trylock read_trylock', ':bool', 'takes a lock shared if no writer holds it', tryShared),
  ...all('mmap_read_trylock', ':bool', 'takes the mmap lock shared if no writer holds it', tryShared, ofMm),
  ...all('down_write_trylock write_trylock', ':bool', 'takes a lock alone if it is free', tryAlone),
  ...all('mmap_write_trylock', ':bool', 'takes the mmap lock alone if it is free', tryAlone, ofMm),
  ...all('downgrade_write', '', 'the writer becomes a reader', downgrade),
  ...all(
    'down_read_killable down_read_interruptible',
    ':int',
    'takes a lock shared: 0, no signal comes',
    takeShared,
  ),
  ...all('mmap_read_lock_killable', ':int', 'the same of the mmap lock: 0', takeShared, ofMm),
  ...all('down_write_killable', ':int', 'takes a lock alone: 0, no signal comes', take),
  ...all('mutex_lock_interruptible mutex_lock_killable', ':int', 'takes a mutex: 0, no signal comes', take),
  ...all('mmap_write_lock_killable', ':int', 'takes the mmap lock alone: 0', take, ofMm),
  ...all('read_lock_irq read_lock_irqsave read_lock_bh', '', 'takes a read-write lock shared', takeShared),
  ...all('read_unlock_irq read_unlock_irqrestore read_unlock_bh', '', 'releases it', giveShared),
  ...all('write_lock_irq write_lock_irqsave write_lock_bh', '', 'takes a read-write lock alone', take),
  ...all('write_unlock_irq write_unlock_irqrestore write_unlock_bh', '', 'releases it', give),
  stepHelper('rwsem_is_locked(lock):bool', 'whether anybody holds it', function* (th, [p]) {
    return (yield* read(given(th, p), { op: 'rwsem_is_locked' })) === 0 ? 0n : 1n;
  }),
];
