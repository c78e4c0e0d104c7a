/** What an agent's accesses are like: its kernel, and its walker. */
import type { HardwareWalker } from '@racewalk/core';
import type { FaultHandler } from './faults.js';
import type { WalkerUpdates } from './two-steps.js';
import type { Above } from './way.js';

/** How the kernel answers the faults of this agent. */
export interface AccessOptions {
  /**
   * The part of the fault handler that a race provides: copy on write, `page_mkwrite`, swap-in. Called first;
   * returns the outcome of the fault.
   */
  readonly onFault?: FaultHandler;
  /** Handle faults as the kernel does; if false, an access that faults ends. Default true. */
  readonly faults?: boolean;
  /** The walker of this CPU, where CPUs differ: one that sets access and dirty state beside one that faults. Default the plug-in's. */
  readonly walker?: HardwareWalker;
  /** How this CPU's walker writes access and dirty state; see {@link WalkerUpdates}. Default `atomic`. */
  readonly updates?: WalkerUpdates;
  /** What leads to the area's table, for walkers that combine levels. */
  readonly above?: Above;
}
