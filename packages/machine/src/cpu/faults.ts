/** Faults: how the hardware hands an access it cannot finish to the kernel. */
import type { AccessKind, FaultKind, Ptep, Vma } from '@racewalk/core';
import type { Cell, Step } from '@racewalk/core/step';
import type { Machine } from '../agent/machine.js';

/** A fault on its way to the kernel. */
export interface Fault {
  readonly vma: Vma;
  readonly ptep: Ptep;
  readonly access: AccessKind;
  readonly kind: FaultKind;
}

/** What became of a fault: try the access again, SIGSEGV, or leave it to the ordinary handler. */
export type FaultOutcome = 'retry' | 'sigsegv' | 'default';

/** A fault handler; runs on the faulting CPU, with no lock held. */
export type FaultHandler = (m: Machine, fault: Fault) => Step<FaultOutcome>;

/**
 * The kernel's handler for a fault on an entry that is present and allows the access. `lastLeft` is what the
 * previous fault of the same access left, `tlb` the TLB word the hardware may have looked at instead of the
 * entry, or -1. Returns the id of the entry left behind, or -1 for SIGSEGV.
 */
export type FaultEntry = (
  m: Machine,
  vma: Vma,
  ptep: Ptep,
  access: AccessKind,
  lastLeft: number,
  tlb: Cell,
) => Step<number>;
