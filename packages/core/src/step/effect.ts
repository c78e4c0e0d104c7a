/**
 * What a step means, as data: which operation of the kernel, what it does, and on which words. Hints, costs,
 * checks and printers read this; the label is for people, and nothing reads it.
 *
 * Searches never look here either: two steps that differ in their effect alone are the same step.
 */
import type { Cell } from './word.js';

/**
 * Everything a step can do. Most follow from the kind of the step; the ones that a kind cannot tell (a walk,
 * an invalidation) are said by whoever announces the step.
 */
export const DOES = [
  /** Loads words. */
  'read',
  /** Stores without a look at what stood there. */
  'store',
  /** Exchanges, with or without a comparison. */
  'exchange',
  /** Changes a word by what it is, in one step: sets a bit, counts. */
  'update',
  /** Copies what a frame holds. */
  'copy',
  /** Hardware reads an entry and keeps what it found; may set its access and dirty state. */
  'walk',
  /** Hardware asks what it keeps: a TLB, a walk cache. */
  'look-up',
  /** Hardware reaches memory through a translation. */
  'use',
  /** A TLB gives up a translation of its own accord. */
  'evict',
  /** A fault removes the translation it came from. */
  'drop',
  /** Tells TLBs to drop translations, and does not wait: they may be there until a barrier. */
  'issue',
  /** Removes translations; when the step is over they are gone. */
  'invalidate',
  /** Waits until the invalidations this CPU issued are complete. */
  'barrier',
  /** Waits until the own stores have left the store buffer. */
  'fence',
  'lock',
  'unlock',
  /** Waits for a word, or for other CPUs. */
  'wait',
  /** Ends a failed attempt: waits until something it read has changed. */
  'retry',
  /** One of several things happens. */
  'choose',
  /** Interrupts another CPU, which answers. */
  'interrupt',
  /** Gives a frame or a table back to the allocator. */
  'free',
  /** Tells a secondary MMU of a range, or that it is over. */
  'notify',
  /** Promises something to whoever comes later, for instance that a range is unmapped. */
  'complete',
  /** Is no step of the kernel: observers look. */
  'observe',
] as const;

/** One of {@link DOES}. */
export type Does = (typeof DOES)[number];

/** What a step means. */
export interface Effect {
  /**
   * The kernel's name of the operation, for instance `ptep_get`, or of what a mutant does in its place; empty
   * if it has none.
   */
  readonly op: string;
  readonly does: Does;
  /** The words it acts on. An invalidation that is only issued touches none of those it acts on. */
  readonly on: readonly Cell[];
  /** Words it stores to without having looked: what it finds there, it did not read. */
  readonly blind: readonly Cell[];
}

/** What whoever announces a step says of it. What is left out follows from the kind of the step. */
export interface Note {
  readonly op?: string;
  readonly does?: Does;
  readonly on?: readonly Cell[];
  readonly blind?: readonly Cell[];
  /** Printed behind the name of the operation. */
  readonly text?: string;
  /** Printed in place of name and text. */
  readonly label?: string;
}

/** The printed label of a step, or that and more. */
export type Label = string | Note;

/** What is printed. */
export function labelOf(label: Label): string {
  if (typeof label === 'string') return label;
  const { op = '', text = '' } = label;
  return label.label ?? (op !== '' && text !== '' ? `${op} ${text}` : op + text);
}

/** What a step of each kind does if nobody says more, in the order of `OpKind`. */
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
  return { op: note?.op ?? '', does, on, blind };
}
