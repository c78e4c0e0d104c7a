/** Faults: how the hardware passes an access it cannot finish to the kernel. */
import type { AccessKind, FaultKind, Ptep, Vma } from '@racewalk/core';
import { fence, type Step } from '@racewalk/core/step';
import type { Machine } from '../world/types.js';

/** A fault on its way to the kernel. */
export interface Fault {
  readonly vma: Vma;
  readonly ptep: Ptep;
  readonly access: AccessKind;
  readonly kind: FaultKind;
}

/**
 * The CPU takes an exception. Its stores reach memory first, and so do the handler's when it returns: exceptions drain
 * the store buffer, and IRET is serializing. (Intel SDM 3A, "Store Buffer" and "Serializing Instructions"; AMD APM 2,
 * "Serializing Instructions".)
 */
export const takeException = (): Step<void> => fence('exception');

/** The handler returns to the access that faulted. See {@link takeException}. */
export const returnFromException = (): Step<void> => fence('iret');

/** Outcome of a fault: retry the access, SIGSEGV, or leave it to the ordinary handler. */
export type FaultOutcome = 'retry' | 'sigsegv' | 'default';

/** A fault handler; runs on the faulting CPU, with no lock held. */
export type FaultHandler = (m: Machine, fault: Fault) => Step<FaultOutcome>;
