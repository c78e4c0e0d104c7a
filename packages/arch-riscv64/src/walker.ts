/**
 * The page-table walk of user code at the last level, steps 5 to 9 of the manual (privileged architecture 20240411,
 * 12.3.2). Loads need R (MXR is 0), stores W; whatever is refused is a page fault.
 */
import { type HardwareWalker, pteOr, singleBitWalker } from '@racewalk/core';
import { PTE } from './layout.js';

const common = {
  // Without R an entry is a table, execute-only or reserved: none of these serves a load or a store.
  valid: pteOr(PTE.V, PTE.R),
  user: PTE.U,
  write: PTE.W,
  young: PTE.A,
  dirty: PTE.D,
};

/** Step 9 under Svadu: compare the entry with memory, set A (and D for a store), in one access. */
export const svaduWalker: HardwareWalker = singleBitWalker({ ...common, setsYoung: true, setsDirty: true });

/** Step 9 under Svade: if A is clear, or D at a store, a page fault. */
export const svadeWalker: HardwareWalker = singleBitWalker({ ...common, setsYoung: false, setsDirty: false });
