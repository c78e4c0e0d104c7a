/**
 * Values in a trace: those of entries bit by bit, all others as numbers.
 */
import type { TableLevel } from '@racewalk/core/step';

/**
 * The value of a word: for an entry, and for what a TLB keeps of one, `0x` and 16 hexadecimal digits; for half
 * an entry `0x` and 8; for any other word a number. What a TLB may answer with, if there are several: all of them, with `|`
 * between.
 */
export type TraceValue = number | string;

/** One field of an entry, as the manual has it. */
export interface TraceField {
  readonly name: string;
  /** Lowest and highest bit, both included, 0 … 63. */
  readonly lo: number;
  readonly hi: number;
  readonly means: string;
  /** A bit that the hardware ignores and the kernel uses. */
  readonly software?: boolean;
}

/** A field of an entry that changed. */
export interface TraceFieldChange {
  readonly name: string;
  readonly before: number;
  readonly after: number;
}

/** An entry that an event changes or reads half of, as it stands in memory. Halves of an entry are put together. */
export interface TraceEntry {
  readonly table: string;
  readonly index: number;
  readonly level: TableLevel;
  /** 16 hexadecimal digits behind `0x`. */
  readonly before: string;
  readonly after: string;
  /** The fields that changed; none if the entry was only read. */
  readonly fields: readonly TraceFieldChange[];
}

/** What the value of an entry says. */
export interface TraceWord {
  /** As printed. */
  readonly text: string;
  /** The hardware may translate through it. */
  readonly live: boolean;
  /** The frame it leads to, if it is present. */
  readonly pfn?: number;
  /** What else it says, a word a fact: `rw`, `dirty`, `young`, `cont`. */
  readonly facts: readonly string[];
}

/** A translation that is gone. */
export interface TraceDrop {
  /** The word that held it: of a TLB, a walk cache, a device. */
  readonly cell: string;
  /** What it held. */
  readonly was: TraceValue;
  /** Index of the event that filled it; null if it was there from the start. */
  readonly filledBy: number | null;
}
