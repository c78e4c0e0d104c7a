/** Why a mutant does not bite everywhere, told from what an architecture can do. */
import type { ArchPlugin } from '@racewalk/core';

/** Where only the fault handler sets dirty, nothing changes an entry behind the lock. */
export function softwareDirty(arch: ArchPlugin): string | null {
  if (arch.has('hwDirty')) return null;
  return 'only the fault handler makes an entry dirty, and it needs the page-table lock the kernel holds';
}

/** Invalidation by interrupt is complete when the sender goes on. */
export function invalidationWaits(arch: ArchPlugin): string | null {
  if (arch.has('broadcastTlbi')) return null;
  return 'an invalidation interrupts the other CPUs and waits for them, so there is nothing left to wait for';
}

/** A stale refusal that removes itself. */
export function faultHeals(arch: ArchPlugin): string | null {
  if (!arch.has('faultDropsTlb')) return null;
  return 'the fault itself drops the stale translation, so the access walks the second time';
}
