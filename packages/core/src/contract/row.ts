/**
 * One row of the contract: an operation, what it promises, and a law that can fail.
 */
import type { Capability } from '../arch/capabilities.js';
import type { ArchPlugin } from '../arch/plugin.js';
import { kernelName } from '../ops/kernel-name.js';
import type { SwpEntry } from '../pte/swp-entry.js';
import type { PteWord } from '../pte/word.js';
import type { Pfn } from '../units.js';

/** Arbitrary inputs for one trial of a law, all within the architecture's ranges. */
export interface LawSample {
  /** A present entry in any state its architecture allows. */
  readonly pte: PteWord;
  /** Another one. */
  readonly other: PteWord;
  readonly pfn: Pfn;
  /** A small number of frames, 0 … 511. */
  readonly nr: number;
  readonly swp: SwpEntry;
  /** A marker value, 0 … 7. */
  readonly marker: number;
  /** Whether a mapping is writable. */
  readonly writable: boolean;
}

/** Null if the law holds for the sample, else the expected and the actual result. */
export type ValueLaw = (arch: ArchPlugin, sample: LawSample) => string | null;

/** The table of the contract that a row belongs to. */
export type ContractLevel =
  | 'PTE'
  | 'PMD'
  | 'PUD'
  | 'HugeTLB'
  | 'swap'
  | 'entry'
  | 'batch'
  | 'PMD entry'
  | 'PUD entry'
  | 'HugeTLB entry';

/** One operation of the contract. */
export interface ContractRow {
  /** Name in this project. */
  readonly op: string;
  /** Name in the kernel. */
  readonly kernel: string;
  readonly level: ContractLevel;
  /** Locks that the caller holds, and what it guarantees. */
  readonly context: string;
  /** What the operation promises, in a sentence. */
  readonly says: string;
  /** Capabilities without which the row does not apply. */
  readonly needs?: readonly Capability[];
  /**
   * A law about values, or about what an operation does to an entry in memory while the hardware walks
   * it; or `generic`: where no one races, the plug-in's operation leaves the same
   * logical entries and returns the same as the generic body.
   */
  readonly law: ValueLaw | 'generic';
}

/** Makes the rows of one table of values. */
export const valueRows =
  (level: ContractLevel, context: string) =>
  (op: string, says: string, law: ValueLaw, needs?: ContractRow['needs']): ContractRow => ({
    op,
    kernel: kernelName(op),
    level,
    context,
    says,
    law,
    ...(needs === undefined ? {} : { needs }),
  });

/** The names of the helpers of `Table` that make an `R` of an entry. */
export type Helpers<Table, R> = {
  [Name in keyof Table]: Table[Name] extends (entry: PteWord) => R ? Name : never;
}[keyof Table];

let heard: Set<string> | null = null;

/** The first complaint, or null. Each pair is a claim and whether it holds. */
export function claims(...pairs: readonly (readonly [string, boolean])[]): string | null {
  for (const [claim, holds] of pairs) {
    heard?.add(claim);
    if (!holds) return claim;
  }
  return null;
}

/** The claims a law makes about these inputs, in words: what documentation prints. */
export function claimsOf(law: ValueLaw, arch: ArchPlugin, samples: readonly LawSample[]): readonly string[] {
  const made = new Set<string>();
  heard = made;
  try {
    for (const sample of samples) law(arch, sample);
  } finally {
    heard = null;
  }
  return [...made];
}
