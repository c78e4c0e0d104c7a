/**
 * The order a step asks for, beyond that of its thread's own words. Sequential consistency needs none of it, and TSO
 * only barriers of stores against loads; the weak order needs all.
 */

/** What an access asks of those around it. */
export const Order = {
  /**
   * What the kind of step usually asks: nothing of a plain access, ACQUIRE of taking a lock, RELEASE of releasing one,
   * FULL of an exchange or another locked operation.
   */
  USUAL: 0,
  /** Nothing: `xchg_relaxed`, `set_bit`, `READ_ONCE`. */
  RELAXED: 1,
  /** What comes after it waits for it: `smp_load_acquire`, LDAR. */
  ACQUIRE: 2,
  /** It waits for what comes before it: `smp_store_release`, STLR. */
  RELEASE: 3,
  /**
   * Both, as if it stood between two full barriers: an atomic operation of Linux that returns a value. A load is then made
   * where it stands, and returns what the word holds: what an observer reads.
   */
  FULL: 4,
} as const;

/**
 * Which earlier accesses a barrier orders against which later ones: bits, as in RISC-V's FENCE, which takes any of
 * them. 1: earlier loads, 2: earlier stores, 4: later loads, 8: later stores.
 */
export const Barrier = {
  /**
   * Everything against everything, and the stores before it have reached memory when it ends: `smp_mb`, DSB, DBAR 0.
   */
  FULL: 0,
  /** Loads against loads: `smp_rmb`. */
  LOADS: 1 | 4,
  /** Loads against everything: DMB ISHLD. */
  LOADS_ALL: 1 | 4 | 8,
  /** Stores against stores: `smp_wmb`, DMB ISHST. */
  STORES: 2 | 8,
  /** Everything against stores: what stands before a store that releases. */
  BEFORE_RELEASE: 1 | 2 | 8,
} as const;
