/** The part of the machine that operations on entries see. */
import type { HugePteValues } from '../pte/hugetlb.js';
import type { PmdValues } from '../pte/pmd.js';
import type { UpperLevel } from '../pte/upper.js';
import type { FullPteValues } from '../pte/values.js';
import type { Pfn } from '../units.js';
import type { EntryAccess, HalvesAccess } from './entry-access.js';
import type { Ptep, Vma } from './handles.js';
import type { HugePteOps } from './hugetlb-ops.js';
import type { PmdOps } from './pmd-ops.js';
import type { PteOps } from './pte-ops.js';
import type { PudOps } from './pud-ops.js';
import type { Tlb } from './tlb.js';

/**
 * The argument `m` of an architecture's operations: the CPU they run on, as one agent sees it. Each start of an
 * agent's body makes a new one, so state that an operation keeps in it is local to that agent.
 */
export interface EntryMachine {
  /** The kernel's name of the operation or function that runs; empty outside of all. */
  readonly op: string;
  /** The `pte_*` helpers. */
  readonly v: FullPteValues;
  /** The `pmd_*` helpers. */
  readonly p: PmdValues;
  /** The `huge_pte_*` helpers. */
  readonly hugeValues: HugePteValues;
  /** Entries in a contiguous block of this model; 1 where there are none. */
  readonly contPtes: number;
  /** Raw access to entries: whole, or in halves. */
  readonly entries: EntryAccess & Partial<HalvesAccess>;
  readonly tlb: Tlb;
  /** The `ptep_*` and `*_ptes` operations. */
  readonly pte: PteOps;
  /** The `pmdp_*` operations. */
  readonly pmd: PmdOps;
  /** The `pudp_*` operations. */
  readonly pud: PudOps;
  /** The `huge_ptep_*` operations. */
  readonly huge: HugePteOps;
  /** The operations on entries of one upper level, under their names for the PMD. */
  upper(level: UpperLevel): PmdOps;
  /** An area on the table of this entry; invalidations of a block go by address space and need one. */
  areaOf(ptep: Ptep): Vma | undefined;
  /** Pages of a huge page of the area: those of its table, where its upper level is followed, else 1. */
  hpagePages(vma: Vma): number;
  /** Whether the `nr` frames from `pfn` on belong to one folio. */
  isOneFolio(pfn: Pfn, nr: number): boolean;
}
