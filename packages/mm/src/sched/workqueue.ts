/** Work that has to run on one CPU, and sleeping. (kernel/workqueue.c, kernel/sched/core.c, kernel/locking/mutex.c) */
import { awaitWord, type Cell, retry, type Step, type Word, write } from '@racewalk/core/step';
import { giveCpu, type Machine, sleepForLock, sleepUntil, takeCpu, type World } from '@racewalk/machine';

/** A work item for one CPU. @kernel struct work_struct */
export interface WorkStruct {
  readonly name: string;
  /** 0 idle, 1 queued, 2 done. */
  readonly state: Cell;
  /** What it does, on its CPU. */
  readonly func: (m: Machine) => Step<void>;
}

const STATES = ['idle', 'queued', 'done'];

/** A new work item. @kernel INIT_WORK */
export const initWork = (
  w: World,
  name: string,
  func: (m: Machine) => Step<void> = function* () {},
): WorkStruct => ({ name, func, state: w.word(name, 0, (value: Word) => STATES[value] ?? String(value)) });

/** Have a work item run on its CPU: by the agent there whose code is `workerThread`. @kernel queue_work_on */
export function* queueWorkOn(_m: Machine, work: WorkStruct): Step<void> {
  yield* write(work.state, 1, { op: 'queue_work_on', text: work.name });
}

/** Sleep until a work item is done. @kernel flush_work */
export function* flushWork(m: Machine, work: WorkStruct): Step<void> {
  yield* sleepUntil(m, work.state, (value) => value !== 1, `flush_work ${work.name}`);
}

/** What the worker of a CPU does for one item: an agent on that CPU, a `daemon`. @kernel worker_thread */
export function* workerThread(m: Machine, work: WorkStruct): Step<void> {
  for (;;) {
    yield* sleepUntil(m, work.state, (value) => value === 1, `${work.name} is queued`);
    yield* work.func(m);
    yield* write(work.state, 2, { op: 'process_one_work', text: work.name });
  }
}

/** Let others run. No step where nobody follows who runs. @kernel cond_resched */
export function* condResched(m: Machine): Step<void> {
  yield* giveCpu(m);
  yield* takeCpu(m);
}

/** Take a lock, and sleep while somebody has it. @kernel mutex_lock */
export function* mutexLock(m: Machine, lock: Cell): Step<void> {
  yield* sleepForLock(m, lock);
}

/** @kernel mutex_unlock */
export function* mutexUnlock(m: Machine, lock: Cell): Step<void> {
  yield* m.unlock(lock);
}

/**
 * Wait for a word without giving the CPU away: `while (!cond) cpu_relax();`. Where who runs is followed, nobody else gets
 * the CPU. @kernel smp_cond_load_acquire
 */
export function* smpCondLoad(_m: Machine, cell: Cell, test: (value: Word) => boolean, text = ''): Step<Word> {
  return yield* awaitWord(cell, test, { op: 'smp_cond_load_acquire', text });
}

/**
 * An attempt has failed and is made again at once, on the same CPU: it waits until what it read changes. If only somebody who
 * needs this CPU could change it, nothing ever does, and the search says so (LIVE).
 */
export function* spinAgain(
  _m: Machine,
  cells: readonly Cell[],
  values: readonly Word[],
  text: string,
): Step<void> {
  yield* retry(cells, values, { op: 'cpu_relax', text });
}

/** Functions that others call by name. */
export const WORKQUEUE = {
  queueWorkOn,
  flushWork,
  workerThread,
  condResched,
  mutexLock,
  mutexUnlock,
  smpCondLoad,
  spinAgain,
} as const;

type WorkqueueFunctions = typeof WORKQUEUE;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends WorkqueueFunctions {}
}
