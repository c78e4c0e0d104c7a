/** Why a mutant does not bite everywhere, told from what an architecture can do. */
import type { ArchPlugin } from '@racewalk/core';

/** Where only the fault handler sets dirty, nothing changes an entry behind the lock. */
export function softwareDirty(arch: ArchPlugin): string | null {
  if (arch.has('hwDirty')) return null;
  return 'only the fault handler makes an entry dirty, and it needs the page-table lock the kernel holds';
}

/** Without blocks an entry speaks for one page. */
export function noBlocks(arch: ArchPlugin): string | null {
  return arch.has('contPte')
    ? null
    : 'there are no contiguous blocks: an entry speaks for its own page alone';
}

/** A block that hardware dirties in one place: both are needed. */
export function noHardwareBlocks(arch: ArchPlugin): string | null {
  if (!arch.has('contPte')) return noBlocks(arch);
  if (arch.has('hwDirty')) return null;
  return 'the fault handler sets the flags of every entry of a block, under the page-table lock';
}
