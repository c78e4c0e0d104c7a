/**
 * `racewalk.trace/2`: one execution, step by step, complete enough to be shown without the engine.
 *
 * Texts (`label`, `text`, `before`, `after`, `initial`) are for people and nothing reads them; programs look
 * at `op`, `does`, `on`, the roles of the cells and the values.
 */
import type { Does, WordRole } from '@racewalk/core/step';
import type { TraceDrop, TraceEntry, TraceField, TraceValue, TraceWord } from './values.js';

/** The `schema` field of every trace of this version. */
export const TRACE_SCHEMA = 'racewalk.trace/2';

/**
 * What an event did. The position of a kind is its step number in `OpKind` of `@racewalk/core/step`
 * (0 `read` … 12 `fence`); `flush`, the last, is a store that leaves the store buffer and has no step.
 */
export const EVENT_KINDS = [
  'read',
  'write',
  'xchg',
  'cmpxchg',
  'or',
  'lock',
  'unlock',
  'trylock',
  'await',
  'retry',
  'choose',
  'atomic',
  'fence',
  'flush',
] as const;

/** One of {@link EVENT_KINDS}. */
export type EventKind = (typeof EVENT_KINDS)[number];

/** Memory models a trace can come from. The position is the number used in tokens. */
export const TRACE_MEMORIES = ['sc', 'tso', 'weak'] as const;

/** `sc`: sequential consistency; `tso`: store buffers; `weak`: as the plug-in defines. */
export type TraceMemory = (typeof TRACE_MEMORIES)[number];

/** Parameters of a scenario, for instance `{ n: 4, full: true }`. Numbers are finite in a trace. */
export type TraceParams = Readonly<Record<string, number | string | boolean>>;

/** The invariant that broke. */
export interface TraceFault {
  /** Code of the invariant, for instance `DIRTY`. */
  readonly code: string;
  /** How it broke, in words, one line. */
  readonly message: string;
  /** Index of the event at which it became observable; null if only the final state shows it. */
  readonly step: number | null;
}

/** What a counterexample hangs on, as far as the engine is certain. */
export interface TraceCauses {
  /**
   * Indexes of the steps that matter where they are: each moved past its neighbours, an execution without a fault is
   * possible again. Ascending; the step that breaks is one of them. Absent if `unsure` says why.
   */
  readonly chain?: readonly number[];
  /**
   * Index of the first step after which every continuation breaks an invariant; null if every execution of the
   * program does. Absent if `unsure` says why.
   */
  readonly brokenSince?: number | null;
  /** Executions that were tried to find out. */
  readonly tried: number;
  /** Why something is left out, a sentence each. */
  readonly unsure: readonly string[];
}

/** One column: a thread, a user access, a hardware walker, a device. */
export interface TraceAgent {
  /** Number of the agent, >= 0, unique; the thread number of the engine. */
  readonly id: number;
  /** Short name, for instance `zap`. */
  readonly name: string;
  /** Heading of the column, for instance `zap (cpu0, holds ptl)`. */
  readonly title: string;
  /** CPU it runs on, >= 0. */
  readonly cpu?: number;
  /** What it is, for instance `kernel`, `user`, `walker`, `device`. */
  readonly role?: string;
}

/** One word of shared memory. */
export interface TraceCell {
  /** Unique, for instance `pte[3]`. */
  readonly name: string;
  /** What the word is, and where it belongs. */
  readonly role: WordRole;
  /** Text of its value at the start. */
  readonly initial: string;
  /** Its value at the start; absent for bookkeeping of an observer. */
  readonly value?: TraceValue;
  /** Bookkeeping of an observer: printers leave it out unless asked for everything. */
  readonly ghost?: boolean;
}

/** One word an event touched, in shared memory. */
export interface TraceAccess {
  /** `name` of a {@link TraceCell}. */
  readonly cell: string;
  readonly before: string;
  readonly after: string;
  /** The value before; absent for bookkeeping of an observer. */
  readonly was?: TraceValue;
  /** The value after. */
  readonly now?: TraceValue;
  /**
   * If the event read the word: index of the event whose store it read, null for the initial value. Under
   * `tso` that is the `flush` which brought the store to memory, or the store itself where it was still in
   * the reader's own store buffer. Absent if the event did not read the word.
   */
  readonly from?: number | null;
  /** What was read, where it is not what stood in memory: a store of its own, still in its buffer. */
  readonly seen?: TraceValue;
}

/** A place in source code. */
export interface TracePlace {
  /** Relative to the project, parts separated by `/`. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column?: number;
}

/** One step. */
export interface TraceEvent {
  /** Position in `events`, from 0. Printers show it plus one. */
  readonly index: number;
  /** `id` of the agent that took the step (for a flush: whose store buffer it is). */
  readonly agent: number;
  /** True if the agent's store buffer took the step, not the agent's code. */
  readonly flusher?: boolean;
  /** For a flush: index of the event that put the store into the buffer. */
  readonly of?: number;
  readonly kind: EventKind;
  /** The kernel's name of the operation, for instance `ptep_get`; empty if it has none. */
  readonly op: string;
  /** What it does. */
  readonly does: Does;
  /** Names of the cells it acts on. An invalidation that is only issued touches none of them. */
  readonly on: readonly string[];
  /** What was done, for instance `ptep_get pte[3]`. */
  readonly label: string;
  /** What came of it, for instance `→ clean`; empty if there is nothing to say. */
  readonly text: string;
  /** Every word touched, in the order of the step's own list. */
  readonly cells: readonly TraceAccess[];
  /** Every entry of a table that it changes, or reads half of: whole, with the fields that changed. */
  readonly entries?: readonly TraceEntry[];
  /** Translations that are gone after the event. */
  readonly drops?: readonly TraceDrop[];
  /** For a barrier: indexes of the events that issued the invalidations which are now complete. */
  readonly completes?: readonly number[];
  /** For `choose`: the alternative taken, from 0. */
  readonly choice?: number;
  /** The author's line that takes the step; absent if it is not known. For a flush: that of its store. */
  readonly at?: TracePlace;
}

/** A word at the end of the execution. */
export interface TraceFinal {
  readonly cell: string;
  readonly text: string;
}

/** How the execution was found. */
export interface TraceStats {
  /** Number of executions explored up to and including this one. */
  readonly executions?: number;
  /** Steps before shrinking. */
  readonly shrunkFrom?: number;
  /** Steps of this execution. */
  readonly steps: number;
  /** Switches away from an agent that could have gone on. */
  readonly preemptions: number;
}

/** A recorded execution. */
export interface Trace {
  readonly schema: typeof TRACE_SCHEMA;
  /** Version of the package that recorded it. */
  readonly version: string;
  /** Id of the scenario, for instance `contpte/teardown-vs-walker`. */
  readonly test: string;
  /** The scenario in a few words. */
  readonly title?: string;
  /** Where the race is argued or was fixed. */
  readonly source?: string;
  /** Id of the plug-in. */
  readonly arch: string;
  /** `upstream`, `mutant:NAME` or another variant of the scenario. */
  readonly variant: string;
  readonly memory: TraceMemory;
  readonly params: TraceParams;
  /** What broke; null if the execution is a correct one. */
  readonly fault: TraceFault | null;
  /** What the fault hangs on; absent if nobody asked, or nothing broke. */
  readonly causes?: TraceCauses;
  readonly agents: readonly TraceAgent[];
  readonly cells: readonly TraceCell[];
  /** The fields of an entry on this architecture. */
  readonly layout: readonly TraceField[];
  /** What each value of an entry in this trace says; the key is the value. */
  readonly words: Readonly<Record<string, TraceWord>>;
  readonly events: readonly TraceEvent[];
  readonly final: readonly TraceFinal[];
  readonly stats: TraceStats;
  /** Sentences for the reader; see `hints()`. */
  readonly hints: readonly string[];
  /** Replays this execution; see `decodeToken()`. */
  readonly token?: string;
  /** What the plug-in does not model. */
  readonly omits?: readonly string[];
}
