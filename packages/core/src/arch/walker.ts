/**
 * The hardware walker of an architecture, as two pure functions. The machine makes each walk one indivisible
 * step: it writes back the result of `walk` in the same step in which it read the entry.
 */
import type { PteWord } from '../pte/word.js';

/** The access of a program on the CPU (or of a device). */
export type AccessKind = 'load' | 'store';

/** Why the hardware refused. */
export type FaultKind = 'translation' | 'access-flag' | 'permission';

/** Outcome of one walk. */
export type WalkResult =
  | {
      readonly ok: true;
      /** The entry in memory afterwards: as read, or with the access flag and dirty state updated. */
      readonly entry: PteWord;
      /** What the TLB may now hold. */
      readonly cached: PteWord;
    }
  | { readonly ok: false; readonly fault: FaultKind };

/** How a TLB that keeps dirty state to itself writes it back. */
export interface LateDirty {
  /** The new value of `entry`, as read from memory, when the TLB gives up `cached`. Must be a pure function. */
  writeBack(entry: PteWord, cached: PteWord): PteWord;
  /**
   * Whether an eviction reads and writes the entry in one step; if not, what happens to the entry in
   * between is overwritten. An invalidation does it in one step in any case.
   */
  readonly atomic: boolean;
}

/** Walker and permission check of one architecture. */
export interface HardwareWalker {
  /**
   * Translate through `entry`, just read from memory, for `access`; update access flag and dirty state
   * if this hardware does so. Must be a pure function.
   */
  walk(entry: PteWord, access: AccessKind): WalkResult;
  /**
   * Whether a translation cached as `cached` permits `access` without a walk. For a store through a cached
   * clean entry it does not: the dirty update compares with memory, so the hardware walks again.
   */
  permits(cached: PteWord, access: AccessKind): boolean;
  /**
   * The TLB records stores in itself and updates memory later: `walk` leaves memory clean and returns a dirty
   * `cached`. No real architecture here does this; see `cpu/late-dirty.ts` of the machine.
   */
  readonly late?: LateDirty;
}
