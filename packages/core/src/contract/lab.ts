/** Laws about operations in memory: what they promise. Whoever has a memory tries them; see `Lab`. */
import type { EntryMachine } from '../ops/entry-machine.js';
import type { Mm, Ptep, Vma } from '../ops/handles.js';
import type { PmdOps } from '../ops/pmd-ops.js';
import type { UpperLevel } from '../pte/upper.js';
import type { PteWord } from '../pte/word.js';
import type { Step } from '../step/step.js';
import type { Vaddr } from '../units.js';

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

/**
 * The families of operations on huge pages, and what is promised of each. An operation is tried alone, and once for
 * every step with a walk of the hardware put in before it. `L` is the law that comes of it.
 */
export interface Lab<L> {
  /** Reads an entry; `lockless`: while others may replace it. */
  reads(s: Subject, call: Call<PteWord>, lockless?: boolean): L;
  /** Stores the leaf that `call` is given over nothing. */
  stores(s: Subject, call: (leaf: PteWord) => Call<void>): L;
  /** Empties an entry: what it returns, and whether a TLB may keep the page. */
  clears(
    s: Subject,
    call: Call<unknown>,
    promises: { readonly returns?: boolean; readonly flushes?: boolean },
  ): L;
  /** Takes the write permission away. */
  protects(s: Subject, call: Call<void>): L;
  /** Makes an entry old. */
  ages(s: Subject, call: Call<boolean>, flushes: boolean): L;
  /** Makes an entry more permissive: for a store, and for a load. */
  permits(s: Subject, call: (entry: PteWord, dirty: boolean) => Call<boolean>): L;
  /** Puts an invalid entry in the place of a leaf. */
  replaces(s: Subject, call: (by: PteWord) => Call<PteWord>): L;
  /** Takes a leaf from the hardware. */
  invalidates(s: Subject, call: Call<PteWord>, flushes: boolean): L;
  /** Takes a table out. */
  collapses(s: Subject, call: Call<PteWord>): L;
  /** Takes an entry out and puts it back read-only. */
  changes(s: Subject, call: Call<PteWord>): L;
  /** Maps a huge page for the kernel. */
  setsHuge(s: Subject, call: (pfn: number, prot: PteWord) => Call<boolean>): L;
  /** Undoes that. */
  clearsHuge(s: Subject, call: Call<boolean>): L;
}
