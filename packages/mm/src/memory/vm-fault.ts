/** What a fault is, and how it may end. (include/linux/mm.h, include/linux/mm_types.h) */
import type { AccessKind, Ptep, PteWord, Vma } from '@racewalk/core';
import type { FaultHistory } from './livelock.js';

/** One fault. @kernel struct vm_fault */
export interface VmFault {
  readonly vma: Vma;
  readonly ptep: Ptep;
  readonly access: AccessKind;
  /** If given, a handler that cannot resolve the fault waits until an access might succeed; see `waitForHelp`. */
  readonly history?: FaultHistory;
  /** The entry as it was read without the lock, if it was: if another stands there now, the access is tried again. */
  readonly origPte?: PteWord;
  /** `FAULT_FLAG_*`; default none. */
  readonly flags?: number;
}

/** A fault, and the entry it was found on. */
export interface FoundFault extends VmFault {
  readonly origPte: PteWord;
}

/** The access is not allowed. @kernel VM_FAULT_SIGSEGV */
export const VM_FAULT_SIGSEGV = -1;

/** The file has no such page. @kernel VM_FAULT_SIGBUS */
export const VM_FAULT_SIGBUS = -2;
