/**
 * Locks taken shared. Readers count down from 0. A writer (`lock`) waits for 0, so it waits for all readers,
 * and readers wait while it holds the lock.
 */

import type { AddressSpace } from '@racewalk/core';
import { type AtomicBody, atomic, type Cell, Order, type Step } from '@racewalk/core/step';
import type { Machine } from '@racewalk/machine';

const nameOf = (m: Machine, cell: Cell): string => m.world.cells.cells[cell]?.name ?? `cell ${cell}`;

/** Take a lock together with other readers. @kernel down_read */
export function* downRead(m: Machine, cell: Cell): Step<void> {
  const run: AtomicBody = (mem, base) => {
    mem[base + cell] = (mem[base + cell] ?? 0) - 1;
    return 0;
  };
  yield* atomic(
    [cell],
    run,
    { text: `lock ${nameOf(m, cell)} (read)`, does: 'lock' },
    { guard: cell, test: (held) => held <= 0, order: Order.ACQUIRE },
  );
}

/** Release it; a fault (LIVE) if nobody holds it shared. @kernel up_read */
export function* upRead(m: Machine, cell: Cell): Step<void> {
  const name = nameOf(m, cell);
  const run: AtomicBody = (mem, base, faults) => {
    const held = mem[base + cell] ?? 0;
    if (held >= 0) faults.fail('LIVE', `${name} is released by a reader, and no reader holds it`);
    else mem[base + cell] = held + 1;
    return 0;
  };
  yield* atomic([cell], run, { text: `unlock ${name} (read)`, does: 'unlock' }, { order: Order.RELEASE });
}

/** Whoever holds the lock alone holds it as a reader from here on; nobody has it in between. @kernel downgrade_write */
export function* downgradeWrite(cell: Cell): Step<void> {
  const run: AtomicBody = (mem, base) => {
    mem[base + cell] = -1;
    return 0;
  };
  const note = { op: 'downgrade_write', text: '', does: 'unlock', on: [cell] } as const;
  yield* atomic([cell], run, note, { order: Order.RELEASE });
}

/** Take it shared unless a writer has it. @kernel down_read_trylock */
export function* downReadTrylock(m: Machine, cell: Cell): Step<boolean> {
  const run: AtomicBody = (mem, base) => {
    const held = mem[base + cell] ?? 0;
    if (held > 0) return 0;
    mem[base + cell] = held - 1;
    return 1;
  };
  const note = { text: `trylock ${nameOf(m, cell)} (read)`, does: 'lock' } as const;
  const show = (o: { readonly result: number }) => (o.result === 1 ? '' : 'failed');
  return (yield* atomic([cell], run, note, { order: Order.ACQUIRE, show })) === 1;
}

/** Keep the areas of a file from coming and going. @kernel i_mmap_lock_read */
export function* iMmapLockRead(m: Machine, mapping: AddressSpace): Step<void> {
  yield* m.k.downRead(mapping.iMmapLock);
}

/** @kernel i_mmap_unlock_read */
export function* iMmapUnlockRead(m: Machine, mapping: AddressSpace): Step<void> {
  yield* m.k.upRead(mapping.iMmapLock);
}

/** Keep walks of the file's reverse map away, too. @kernel i_mmap_lock_write */
export function* iMmapLockWrite(m: Machine, mapping: AddressSpace): Step<void> {
  yield* m.lock(mapping.iMmapLock);
}

/** @kernel i_mmap_unlock_write */
export function* iMmapUnlockWrite(m: Machine, mapping: AddressSpace): Step<void> {
  yield* m.unlock(mapping.iMmapLock);
}

/** Functions that others call by name. */
export const SHARED_LOCK = {
  downRead,
  downReadTrylock,
  upRead,
  iMmapLockRead,
  iMmapUnlockRead,
  iMmapLockWrite,
  iMmapUnlockWrite,
} as const;

type SharedLockFunctions = typeof SHARED_LOCK;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends SharedLockFunctions {}
}
