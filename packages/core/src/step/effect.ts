/**
 * What a step means, as data: the kernel's operation, what it does, and on which words. Hints, costs, checks
 * and printers read this; the label is for people, and no code reads it.
 *
 * Searches never read it either: two steps that differ only in their effect are the same step.
 */
import type { Cell } from './word.js';

/**
 * Everything a step can do. Most follow from the kind of the step; the code that announces a step adds those
 * that do not (a walk, an invalidation).
 */
export const DOES = [
  /** Loads words. */
  'read',
  /** Stores without reading the old value. */
  'store',
  /** Exchanges, with or without a comparison. */
  'exchange',
  /** Changes a word depending on its value, in one step: sets a bit, counts. */
  'update',
  /** Copies what a frame holds. */
  'copy',
  /** Hardware reads an entry and caches it; may set its access and dirty state. */
  'walk',
  /** Hardware looks up a TLB or a walk cache. */
  'look-up',
  /** Hardware reaches memory through a translation. */
  'use',
  /** A TLB gives up a translation of its own accord. */
  'evict',
  /** A fault removes the translation it came from. */
  'drop',
  /** Tells TLBs to drop translations, and does not wait: they may stay until a barrier. */
  'issue',
  /** Removes translations; they are gone after the step. */
  'invalidate',
  /** Waits until the invalidations this CPU issued are complete. */
  'barrier',
  /** Waits until this thread's stores have left the store buffer. */
  'fence',
  'lock',
  'unlock',
  /** Waits for a word, or for other CPUs. */
  'wait',
  /** Ends a failed attempt: waits until something it read has changed. */
  'retry',
  /** One of several things happens. */
  'choose',
  /** Interrupts another CPU, which responds. */
  'interrupt',
  /** Frees a frame or a table. */
  'free',
  /** Tells a secondary MMU of a range, or that it is over. */
  'notify',
  /** Promises something to later steps, for instance that a range is unmapped. */
  'complete',
  /** Not a step of the kernel: observers look. */
  'observe',
] as const;

/** One of `DOES`. */
export type Does = (typeof DOES)[number];

/** A place in the text that an author wrote. Lines and columns count from 1. */
interface SourcePlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** What a step means. */
export interface Effect {
  /**
   * The kernel's name of the operation, for instance `ptep_get`, or of what a mutant does instead; empty if it
   * has no name.
   */
  readonly op: string;
  readonly does: Does;
  /** The words it acts on. An invalidation that is only issued touches none of those it acts on. */
  readonly on: readonly Cell[];
  /** Words it stores to without reading them. */
  readonly blind: readonly Cell[];
  /** Where the author's text takes the step, if the announcing code says so. */
  readonly at?: SourcePlace;
}

/** What the announcing code says of a step. What it leaves out follows from the kind of the step. */
export interface Note {
  readonly op?: string;
  readonly does?: Does;
  readonly on?: readonly Cell[];
  readonly blind?: readonly Cell[];
  /** Printed after the name of the operation. */
  readonly text?: string;
  /** Printed instead of name and text. */
  readonly label?: string;
  /** Where the author's text takes the step, for code that was read from another language. Wins over any other. */
  readonly at?: SourcePlace;
}

/** The printed label of a step, or that and more. */
export type Label = string | Note;

/** What is printed. */
export function labelOf(label: Label): string {
  if (typeof label === 'string') return label;
  const { op = '', text = '' } = label;
  return label.label ?? (op !== '' && text !== '' ? `${op} ${text}` : op + text);
}

/** The default effect of each kind of step, in the order of `OpKind`. */
const USUAL: readonly Does[] = [
  'read',
  'store',
  'exchange',
  'exchange',
  'update',
  'lock',
  'unlock',
  'lock',
  'wait',
  'retry',
  'choose',
  'update',
  'fence',
];

const NONE: readonly Cell[] = Object.freeze([]);

/** What is looked at of an announced step. */
interface Announced {
  readonly kind: number;
  readonly cell: Cell;
  readonly cells: readonly Cell[];
  readonly note: Note | null;
}

/** What an announced step means. Not for the search: it makes a new object every time. */
export function effectOf({ kind, cell, cells, note }: Announced): Effect {
  const does = note?.does ?? USUAL[kind] ?? 'update';
  const on = note?.on ?? (cell >= 0 ? [cell] : cells);
  const blind = note?.blind ?? (does === 'store' ? on : NONE);
  const effect = { op: note?.op ?? '', does, on, blind };
  return note?.at === undefined ? effect : { ...effect, at: note.at };
}
