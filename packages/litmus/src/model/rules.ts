/**
 * What the memory models differ in. All run on the same machine (views and promises, see `search.ts`): a model says which
 * accesses wait for which earlier ones of their thread beyond dependencies, barriers, acquire and release.
 */
import type { Isa } from '../program/test.js';

/** Names of the orders, as the command takes them. */
export const MEMORIES = ['sc', 'tso', 'weak'] as const;
/** The name of an order. */
export type Memory = (typeof MEMORIES)[number];

export interface OrderRules {
  readonly loadsAfterLoads: boolean;
  readonly loadsAfterStores: boolean;
  readonly storesAfterLoads: boolean;
  readonly storesAfterStores: boolean;
  /** A load may take the value of an own store before that store is seen by others. */
  readonly forwards: boolean;
  /** Atomics and conditional stores wait for everything before, and everything after waits for them (x86's locked). */
  readonly atomicsFence: boolean;
  /**
   * A load never takes the value of an own conditional store or atomic early. Arm lets it, except that an acquire then
   * waits for the load of the pair. (RISC-V: rule 4 of RVWMO's load value axiom; Arm: rmw; lrs; [A] of aarch64.cat.)
   */
  readonly exclusivesNotForwarded: boolean;
  /** The status of a conditional store depends on the store. (RISC-V; on Arm nothing may depend on it.) */
  readonly statusCarries: boolean;
  /** An atomic is one event; else a load and a store without a store of others between them. */
  readonly atomicIsOne: boolean;
}

const WEAK = {
  loadsAfterLoads: false,
  loadsAfterStores: false,
  storesAfterLoads: false,
  storesAfterStores: false,
  forwards: true,
  atomicsFence: false,
};

const ISA: Readonly<
  Record<Isa, Pick<OrderRules, 'exclusivesNotForwarded' | 'statusCarries' | 'atomicIsOne'>>
> = {
  AArch64: { exclusivesNotForwarded: false, statusCarries: false, atomicIsOne: false },
  RISCV: { exclusivesNotForwarded: true, statusCarries: true, atomicIsOne: true },
};

const KEPT: Readonly<
  Record<Memory, Omit<OrderRules, 'exclusivesNotForwarded' | 'statusCarries' | 'atomicIsOne'>>
> = {
  weak: WEAK,
  tso: {
    ...WEAK,
    loadsAfterLoads: true,
    storesAfterLoads: true,
    storesAfterStores: true,
    atomicsFence: true,
  },
  sc: {
    loadsAfterLoads: true,
    loadsAfterStores: true,
    storesAfterLoads: true,
    storesAfterStores: true,
    forwards: false,
    atomicsFence: false,
  },
};

/** The rules of an order for the programs of an instruction set. */
export const rulesOf = (isa: Isa, memory: Memory): OrderRules => ({ ...KEPT[memory], ...ISA[isa] });
