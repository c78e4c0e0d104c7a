/** Faults: how the hardware passes an access it cannot finish to the kernel. */
import type { AccessKind, FaultKind, Ptep, Vma } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { Machine } from '../world/types.js';

/** A fault on its way to the kernel. */
export interface Fault {
  readonly vma: Vma;
  readonly ptep: Ptep;
  readonly access: AccessKind;
  readonly kind: FaultKind;
}

/** Outcome of a fault: retry the access, SIGSEGV, or leave it to the ordinary handler. */
export type FaultOutcome = 'retry' | 'sigsegv' | 'default';

/** A fault handler; runs on the faulting CPU, with no lock held. */
export type FaultHandler = (m: Machine, fault: Fault) => Step<FaultOutcome>;
