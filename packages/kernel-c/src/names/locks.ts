/** Locks, sequence counts, RCU, interrupts, barriers. */
import { atomic, Barrier, fence, Order, read, type Step } from '@racewalk/core/step';
import type { Machine } from '@racewalk/machine';
import { finished } from '../run/finished.js';
import type { Value } from '../run/objects.js';
import type { Thread } from '../run/thread.js';
import { type Helper, helpers, pureHelper, stepHelper } from './helper.js';
import { lockCell } from './kinds.js';

const SPIN = ['spin', 'raw_spin'];
const SUFFIXES = ['', '_irq', '_bh', '_irqsave', '_nested'];

function* take(th: Thread, p: Value): Step<Value> {
  yield* th.m.lock(lockCell(th, p));
  return 0n;
}

function* give(th: Thread, p: Value): Step<Value> {
  yield* th.m.unlock(lockCell(th, p));
  return 0n;
}

/** `spin_lock` and its kin. */
const SPINLOCKS: readonly Helper[] = SPIN.flatMap((kind) => [
  ...SUFFIXES.map((suffix) =>
    varied(`${kind}_lock${suffix}`, 'waits for a lock and takes it', (th, [p]) => take(th, p ?? null)),
  ),
  ...['', '_irq', '_bh', '_irqrestore'].map((suffix) =>
    varied(`${kind}_unlock${suffix}`, 'releases a lock', (th, [p]) => give(th, p ?? null)),
  ),
  stepHelper(`${kind}_trylock(lock):bool`, 'takes a lock if it is free', function* (th, [p]) {
    return (yield* th.m.trylock(lockCell(th, p ?? null))) ? 1n : 0n;
  }),
]);

function varied(
  name: string,
  says: string,
  run: (th: Thread, args: readonly Value[]) => Step<Value>,
): Helper {
  return { ...stepHelper(`${name}()`, says, run), args: null };
}

const context = (line: string, says: string, run: (m: Machine) => Step<void>): Helper =>
  varied(line, says, function* (th) {
    // A CPU that the race does not follow answers at once: nobody waits for it.
    if (th.m.world.contexts.cell(th.m.cpu) >= 0) yield* run(th.m);
    return 0n;
  });

const CONTEXTS: readonly Helper[] = [
  ...['local_irq_save', 'local_irq_disable'].map((name) =>
    context(name, 'from here on this CPU answers no IPI', (m) => m.k.localIrqSave()),
  ),
  ...['local_irq_restore', 'local_irq_enable'].map((name) =>
    context(name, 'pending interrupts are handled', (m) => m.k.localIrqRestore()),
  ),
  context('rcu_read_lock', 'from here on no grace period ends', (m) => m.k.rcuReadLock()),
  context('rcu_read_unlock', 'ends the read section', (m) => m.k.rcuReadUnlock()),
  ...['synchronize_rcu', 'synchronize_rcu_expedited'].map((name) =>
    varied(name, 'waits for every read section', function* (th) {
      yield* th.m.k.synchronizeRcu();
      return 0n;
    }),
  ),
];

/** Full barriers empty the store buffer; the others are steps under the weak order only. */
const BARRIERS: readonly Helper[] = [
  ...[
    'smp_mb',
    'mb',
    'smp_mb__after_atomic',
    'smp_mb__before_atomic',
    'smp_mb__after_spinlock',
    'smp_mb__after_unlock_lock',
  ].map((name) =>
    stepHelper(`${name}()`, 'full barrier', function* () {
      yield* fence({ op: name });
      return 0n;
    }),
  ),
  ...Object.entries({
    smp_rmb: 'LOADS',
    rmb: 'LOADS',
    dma_rmb: 'LOADS',
    smp_wmb: 'STORES',
    wmb: 'STORES',
    dma_wmb: 'STORES',
  } as const).map(([name, kind]) =>
    stepHelper(`${name}()`, `orders ${kind.toLowerCase()} where the machine does not`, function* () {
      yield* fence({ op: name }, Barrier[kind]);
      return 0n;
    }),
  ),
  stepHelper('DBAR(n)', 'a barrier with a hint: taken as a full one', function* () {
    yield* fence({ op: 'DBAR' });
    return 0n;
  }),
  stepHelper('smp_acquire__after_ctrl_dep()', 'orders loads where the machine does not', function* () {
    yield* fence({ op: 'smp_acquire__after_ctrl_dep' }, Barrier.LOADS);
    return 0n;
  }),
  ...['barrier', 'smp_read_barrier_depends'].map((name) =>
    stepHelper(`${name}()`, 'a barrier for the compiler only', () => finished(0n)),
  ),
];

const seqRead = (name: string, waits: boolean): Helper =>
  stepHelper(`${name}(seq):int`, waits ? 'waits for an even count' : 'the count', function* (th, [p]) {
    const cell = lockCell(th, p ?? null);
    const text = th.m.world.cells.cells[cell]?.name ?? '';
    // In 6.12 the count is loaded by smp_load_acquire().
    if (!waits) return BigInt(yield* read(cell, { op: name, text }, (o) => `→ ${o.result}`, Order.ACQUIRE));
    const word = yield* atomic(
      [cell],
      (mem, base) => mem[base + cell] ?? 0,
      { op: name, text, does: 'wait' },
      {
        guard: cell,
        test: (w) => (w & 1) === 0,
        locked: false,
        order: Order.ACQUIRE,
        show: (o) => `→ ${o.result}`,
      },
    );
    return BigInt(word);
  });

const SEQCOUNTS: readonly Helper[] = [
  seqRead('raw_read_seqcount', false),
  seqRead('read_seqcount_begin', true),
  seqRead('raw_read_seqcount_begin', true),
  stepHelper(
    'raw_seqcount_begin(seq):int',
    'the count, made even: a writer shows at the end',
    function* (th, [p]) {
      const cell = lockCell(th, p ?? null);
      const note = { op: 'raw_seqcount_begin', text: th.m.world.cells.cells[cell]?.name ?? '' };
      const count = yield* read(cell, note, (o) => `→ ${o.result}`, Order.ACQUIRE);
      return BigInt(count & ~1);
    },
  ),
  ...helpers('kernel', 'read_seqcount_retry(seq,n):bool', ({ m }) => m.k),
  ...helpers(
    'kernel',
    `raw_write_seqcount_begin(seq)
     raw_write_seqcount_end(seq)
     write_seqcount_begin(seq) -> rawWriteSeqcountBegin
     write_seqcount_end(seq) -> rawWriteSeqcountEnd`,
    ({ m }) => m.k,
  ),
];

/** Locks that sleep, and read-write locks: held shared by counting down, as the model's semaphores are. */
const SLEEPING: readonly Helper[] = [
  stepHelper('mutex_lock(lock)', 'waits for a mutex and takes it', (th, [p]) => take(th, p ?? null)),
  stepHelper('mutex_unlock(lock)', 'releases it', (th, [p]) => give(th, p ?? null)),
  stepHelper('mutex_trylock(lock):bool', 'takes a mutex if it is free', function* (th, [p]) {
    return (yield* th.m.trylock(lockCell(th, p ?? null))) ? 1n : 0n;
  }),
  ...helpers('kernel', 'read_lock(lock) -> downRead\n read_unlock(lock) -> upRead', ({ m }) => m.k),
  stepHelper('write_lock(lock)', 'takes a read-write lock alone', (th, [p]) => take(th, p ?? null)),
  stepHelper('write_unlock(lock)', 'releases it', (th, [p]) => give(th, p ?? null)),
];

/** Other CPUs, as far as a race asks. */
const CPUS: readonly Helper[] = [
  ...['smp_processor_id', 'raw_smp_processor_id', 'get_cpu'].map((name) =>
    pureHelper(`${name}():int`, 'the CPU of the agent', (th) => BigInt(th.m.cpu)),
  ),
  ...helpers('kernel', 'tlb_remove_table_sync_one()', ({ m }) => m.k),
];

const RWSEMS = helpers(
  'kernel',
  `mmap_write_lock(mm)
   i_mmap_lock_read(mapping)
   i_mmap_unlock_read(mapping)
   i_mmap_lock_write(mapping)
   i_mmap_unlock_write(mapping)
   down_read(lock)
   up_read(lock)`,
  ({ m }) => m.k,
);

const MMAP_READ: readonly Helper[] = [
  stepHelper('mmap_read_lock(mm)', 'takes the mmap lock shared', function* (th, [mm]) {
    yield* th.m.k.downRead((mm as unknown as { mmapLock: number }).mmapLock);
    return 0n;
  }),
  stepHelper('mmap_read_unlock(mm)', 'releases it', function* (th, [mm]) {
    yield* th.m.k.upRead((mm as unknown as { mmapLock: number }).mmapLock);
    return 0n;
  }),
  stepHelper('down_write(lock)', 'takes a semaphore alone', (th, [p]) => take(th, p ?? null)),
  stepHelper('up_write(lock)', 'releases it', (th, [p]) => give(th, p ?? null)),
];

/** Everything of this file. */
export const LOCK_NAMES: readonly Helper[] = [
  ...SPINLOCKS,
  stepHelper('spin_is_locked(lock):bool', 'whether anybody holds a lock', function* (th, [p]) {
    return (yield* read(lockCell(th, p ?? null), { op: 'spin_is_locked' })) === 0 ? 0n : 1n;
  }),
  ...CONTEXTS,
  ...BARRIERS,
  ...SEQCOUNTS,
  ...RWSEMS,
  ...SLEEPING,
  ...CPUS,
  ...MMAP_READ,
];
