/** A litmus test as the front ends hand it on: nothing here knows its syntax. */

import type { Entries } from '../vmsa/entry.js';
import type { Condition, Place } from './condition.js';
import type { Instruction } from './instruction.js';
import type { Symbols } from './symbols.js';
import type { Value } from './value.js';

/** An instruction set: the first word of the text. */
export type Isa = 'AArch64' | 'RISCV';

/** The instructions and registers of one thread. */
export interface Thread {
  /** A handler stands behind a gap, so that the code before it ends there. */
  readonly code: readonly (Instruction | undefined)[];
  /** Names of the registers as states print them, by index. */
  readonly registers: readonly string[];
  /** What they hold at the start, by index. */
  readonly initial: readonly Value[];
  /** Instructions by label. */
  readonly labels: ReadonlyMap<string, number>;
  /** What a fault does instead of ending the thread; null without a handler. */
  readonly handler: Handler | null;
}

/** Code that runs when an access of the thread faults. */
export interface Handler {
  readonly start: number;
  /** The register with the address to return to (ELR_EL1), and the one with the address that faulted (FAR_EL1). */
  readonly link: number;
  readonly far: number;
  /** The instruction that each line of the text begins with; code addresses count lines. */
  readonly lines: readonly number[];
}

/** What the header says of virtual memory; null without it. */
export interface VirtualMemory {
  /** TCR_ELx.HA and HD of each thread's CPU. */
  readonly ha: readonly boolean[];
  readonly hd: readonly boolean[];
  /** Threads that run unprivileged. */
  readonly el0: readonly boolean[];
  /** Where there is no handler, a fault ends the thread, runs the instruction again, once, or the next one. */
  readonly afterFault: 'end' | 'again' | 'next';
  /** The least version of enhanced translation synchronisation (FEAT_ETS) that the test asks for. */
  readonly ets: 0 | 2 | 3;
  /** How descriptors are written in this test. */
  readonly entries: Entries;
}

/** What a text says, without its syntax. */
export interface LitmusTest {
  readonly isa: Isa;
  readonly name: string;
  readonly threads: readonly Thread[];
  readonly symbols: Symbols;
  /** Initial contents by address; all other words are zero. */
  readonly memory: ReadonlyMap<bigint, Value>;
  readonly virtual: VirtualMemory | null;
  /** What a state shows, in the order of printing. */
  readonly shown: readonly Place[];
  /** Registers that are shown or asked for, by thread. */
  readonly asked: readonly (readonly number[])[];
  readonly condition: Condition;
  /** States for which it fails are left out. */
  readonly filter: Condition['formula'] | null;
}
