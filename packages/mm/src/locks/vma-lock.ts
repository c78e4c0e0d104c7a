/**
 * The lock of an area: faults take it shared, and do without the mmap lock. (include/linux/mm.h, include/linux/mmap_lock.h,
 * mm/memory.c, Linux 6.12 with CONFIG_PER_VMA_LOCK)
 *
 * Who changes an area writes down in `vm_lock_seq` what `mm_lock_seq` is: until the mmap lock is given back the two are equal.
 */
import { type Mm, RacewalkError, type Vma } from '@racewalk/core';
import { type Cell, read, type Step, write } from '@racewalk/core/step';
import type { Machine, World } from '@racewalk/machine';

interface VmaLock {
  /** @kernel vma->vm_lock */
  readonly lock: Cell;
  /** @kernel vma->vm_lock_seq */
  readonly seq: Cell;
  /** @kernel vma->detached */
  readonly detached: Cell;
  /** @kernel mm->mm_lock_seq */
  readonly mmSeq: Cell;
}

interface VmaLockState {
  vmaLocks?: Map<Vma, VmaLock>;
  mmLockSeqs?: Map<Mm, Cell>;
}

declare module '@racewalk/machine/kernel' {
  interface OsState extends VmaLockState {}
}

/** Faults in this area go by its own lock. Called by `setup`. */
export function perVmaLock(w: World, vma: Vma): void {
  const { name } = vma.table;
  w.os.mmLockSeqs ??= new Map();
  w.os.vmaLocks ??= new Map();
  const mmSeq = w.os.mmLockSeqs.get(vma.mm) ?? w.word(`${vma.mm.name}.mm_lock_seq`);
  w.os.mmLockSeqs.set(vma.mm, mmSeq);
  const lock = w.lock(`${name}.vm_lock`);
  w.os.vmaLocks.set(vma, {
    lock,
    mmSeq,
    seq: w.word(`${name}.vm_lock_seq`, -1),
    detached: w.word(`${name}.detached`),
  });
}

function of(m: Machine, vma: Vma): VmaLock {
  const lock = m.world.os.vmaLocks?.get(vma);
  if (lock !== undefined) return lock;
  throw new RacewalkError('RACEWALK_BAD_SCENARIO', `${vma.table.name} has no lock of its own`, {
    expected: 'perVmaLock(world, vma) in the setup',
  });
}

const seqOf = ({ seq }: VmaLock): Step<number> => read(seq, { op: 'vma_start_read', text: 'vm_lock_seq' });

/** Lock an area for a fault; false if somebody changes it, and the fault has to take the mmap lock. @kernel vma_start_read */
export function* vmaStartRead(m: Machine, vma: Vma): Step<boolean> {
  const words = of(m, vma);
  // Only saves the lock: the answer that counts is the second one.
  const mmSeq = yield* read(words.mmSeq, { op: 'vma_start_read', text: 'mm_lock_seq' });
  if ((yield* seqOf(words)) === mmSeq) return false;
  if (!(yield* m.k.downReadTrylock(words.lock))) return false;
  // A writer that comes later waits for the lock. Acquire: who sees that the mmap lock was given back sees what was done
  // under it.
  if ((yield* seqOf(words)) !== (yield* m.k.rawReadSeqcount(words.mmSeq))) return true;
  yield* m.k.upRead(words.lock);
  return false;
}

/** @kernel vma_end_read */
export function* vmaEndRead(m: Machine, vma: Vma): Step<void> {
  yield* m.k.upRead(of(m, vma).lock);
}

/** Keep faults out until the mmap lock is given back; it is held for writing. @kernel vma_start_write */
export function* vmaStartWrite(m: Machine, vma: Vma): Step<void> {
  const { lock, seq, mmSeq } = of(m, vma);
  const now = yield* read(mmSeq, { op: 'vma_start_write', text: 'mm_lock_seq' });
  yield* m.lock(lock);
  yield* write(seq, now, { op: 'vma_start_write', text: 'vm_lock_seq' });
  yield* m.unlock(lock);
}

/** The mmap lock was taken for writing. @kernel mm_lock_seqcount_begin */
export function* mmLockSeqcountBegin(m: Machine, mm: Mm): Step<void> {
  const seq = m.world.os.mmLockSeqs?.get(mm);
  if (seq !== undefined) yield* m.k.rawWriteSeqcountBegin(seq);
}

/** Every area of the address space may be read again. @kernel vma_end_write_all, mm_lock_seqcount_end */
export function* vmaEndWriteAll(m: Machine, mm: Mm): Step<void> {
  const seq = m.world.os.mmLockSeqs?.get(mm);
  if (seq !== undefined) yield* m.k.rawWriteSeqcountEnd(seq);
}

/** The area is no longer one of the address space; a fault may have found it before. @kernel vma_mark_detached */
export function* vmaMarkDetached(m: Machine, vma: Vma): Step<void> {
  yield* write(of(m, vma).detached, 1, { op: 'vma_mark_detached', text: vma.table.name });
}

/** @kernel vma->detached */
export function* vmaDetached(m: Machine, vma: Vma): Step<boolean> {
  return (yield* read(of(m, vma).detached, { op: 'vma->detached', text: vma.table.name })) === 1;
}

/**
 * Lock an area that was found without a lock. False if it is being changed or has gone: the fault takes the mmap lock then, and
 * looks for an area again. @kernel lock_vma_under_rcu
 */
export function* lockVmaUnderRcu(m: Machine, vma: Vma): Step<boolean> {
  if (!(yield* m.k.vmaStartRead(vma))) return false;
  // munmap may have taken it out between the search and the lock, and given the mmap lock back since.
  if (!(yield* m.k.vmaDetached(vma))) return true;
  yield* m.k.vmaEndRead(vma);
  return false;
}

/** Functions that others call by name. */
export const VMA_LOCK = {
  vmaStartRead,
  vmaEndRead,
  vmaStartWrite,
  mmLockSeqcountBegin,
  vmaEndWriteAll,
  vmaMarkDetached,
  vmaDetached,
  lockVmaUnderRcu,
} as const;

type VmaLockFunctions = typeof VMA_LOCK;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends VmaLockFunctions {}
}
