/** What virtual memory needs of an architecture: where a descriptor keeps what, and what the walker decides. */
import type { HardwareWalker, PteLayout } from '@racewalk/core';

/** Controls of a CPU. */
export interface WalkerControls {
  /** The hardware sets the access flag. */
  readonly ha: boolean;
  /** The hardware records stores in descriptors that have DBM. */
  readonly hd: boolean;
  /** Accesses are those of the kernel (EL1). */
  readonly privileged: boolean;
}

/** A plug-in's table and walker. The tests run on these, and on nothing that was written for them. */
export interface TranslationHardware {
  readonly layout: PteLayout;
  /** The walker of a CPU with these controls. */
  walker(controls: WalkerControls): HardwareWalker;
}
