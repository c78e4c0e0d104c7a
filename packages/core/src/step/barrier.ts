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

const OLD_LOADS = 1;
const OLD_STORES = 2;
const NEW_LOADS = 4;
const NEW_STORES = 8;

/** Whether a barrier waits until the stores before it have reached memory. */
const drainsStores = (barrier: number): boolean =>
  barrier === Barrier.FULL || ((barrier & OLD_STORES) !== 0 && (barrier & NEW_LOADS) !== 0);

/** Whether stores after a barrier reach memory after those before it. */
const ordersStores = (barrier: number): boolean =>
  barrier === Barrier.FULL || ((barrier & OLD_STORES) !== 0 && (barrier & NEW_STORES) !== 0);

/** Whether what a barrier orders has the loads before it among the earlier accesses. */
const afterLoads = (barrier: number): boolean => barrier === Barrier.FULL || (barrier & OLD_LOADS) !== 0;

/** Whether what a barrier orders has the loads behind it among the later accesses. */
const beforeLoads = (barrier: number): boolean => barrier === Barrier.FULL || (barrier & NEW_LOADS) !== 0;

/** Questions about one of `Barrier`, or other bits of it. */
export const barriers = { drainsStores, ordersStores, afterLoads, beforeLoads } as const;
