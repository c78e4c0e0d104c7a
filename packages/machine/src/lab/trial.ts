/** One trial of an operation on entries in memory: what may interfere, and the result. */
import type {
  AccessKind,
  ArchPlugin,
  EntryMachine,
  Mm,
  PmdOps,
  Ptep,
  PteWord,
  UpperLevel,
  Vaddr,
  Vma,
  WalkResult,
} from '@racewalk/core';
import type { Step } from '@racewalk/core/step';

/** Entries of a contiguous block in these tables: the smallest that has a sibling. */
export const BLOCK = 2;

/** What a call is given. */
export interface Trial {
  readonly m: EntryMachine;
  /** The operations of the level, under their names for the PMD. */
  readonly ops: PmdOps;
  readonly mm: Mm;
  readonly vma: Vma;
  readonly addr: Vaddr;
  /** The entry, or the first of the block. */
  readonly at: Ptep;
}

/** One call of an operation. */
export type Call<T> = (t: Trial) => Step<T>;

/** On what an operation is tried. */
export interface Subject {
  readonly level: UpperLevel;
  /** Also on hugetlb pages of several entries, where the architecture has them. */
  readonly blocks?: boolean;
}

/** An agent that acts once, before step `at` of the operation, on one of its entries. */
export interface Intruder {
  readonly at: number;
  readonly entry: number;
  /** The hardware for an access, or another CPU that puts this entry in its place. */
  readonly does: AccessKind | PteWord;
}

/** The result of a call. */
export interface TrialResult<T> {
  readonly value: T;
  /** The entries operated on, as they are left. */
  readonly entries: readonly PteWord[];
  readonly neighboursKept: boolean;
  /** No translation of these pages is left in a TLB. */
  readonly flushed: boolean;
  /** An invariant that was broken on the way, or null. */
  readonly fault: string | null;
  /** The result of its walk. */
  readonly walk: WalkResult | null;
}

/** One table in one state; every run starts from it, and leaves no traces in it. */
export interface Bench {
  run<T>(call: Call<T>, intruder?: Intruder): TrialResult<T>;
  /**
   * The steps of a call before which an intruder is worth trying that looks at these entries only, counted from 0; before
   * any other step it comes to the same as before one of these.
   */
  places(call: Call<unknown>, entries: readonly number[]): readonly number[];
}

/** What a table holds: `before` in the middle, `neighbour` around it. More than one entry is a hugetlb page. */
export interface BenchState {
  readonly level: UpperLevel;
  readonly before: readonly PteWord[];
  readonly neighbour: PteWord;
}

/** Builds tables of an architecture. */
export type MakeBench = (arch: ArchPlugin, state: BenchState) => Bench;
