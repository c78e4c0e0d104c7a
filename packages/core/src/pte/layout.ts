/**
 * Where an architecture keeps each fact in an entry. Plug-ins give the positions; the value helpers that
 * need nothing else are built from them in `values.ts`.
 */
import type { PteWord } from './word.js';

/** One named field, for decoding and for the check against the manual. */
export interface PteField {
  /** Short name as the manual has it, for instance `AF`. */
  readonly name: string;
  /** Lowest and highest bit, both included, 0 … 63. */
  readonly lo: number;
  readonly hi: number;
  /** Meaning in a few words. */
  readonly means: string;
  /** Its source: manual and section, or kernel file for software bits. */
  readonly source: string;
  /** A bit the hardware ignores and the kernel uses. */
  readonly software?: boolean;
}

/** Positions in a swap entry, that is, a non-present entry with identity. */
export interface SwapLayout {
  readonly type: readonly [lo: number, hi: number];
  readonly offset: readonly [lo: number, hi: number];
  /** x86-64 stores the offset inverted (the L1TF mitigation). */
  readonly offsetInverted?: boolean;
  readonly exclusive: PteWord;
  readonly softDirty?: PteWord;
  readonly uffdWp?: PteWord;
}

/** The mark on frames of ZONE_DEVICE: device memory with `struct page` (Linux up to 6.16). */
export interface DevmapLayout {
  readonly bit: PteWord;
  /** `pte_mkdevmap` marks the entry as special, too. */
  readonly alsoSpecial?: boolean;
  /** `pmd_trans_huge` is false for a leaf that has the mark. */
  readonly notThp?: boolean;
}

/** What `pmd_bad` or `pud_bad` accepts as the address of a table: all of `set`, none of `clear`. */
export interface TableTest {
  readonly set: PteWord;
  readonly clear: PteWord;
}

/**
 * Entries above the leaf tables, where they differ from what follows from the rest of the layout. `upper.ts`
 * derives what is left out.
 */
export interface UpperLayout {
  /** An entry with any of these is present. */
  readonly present?: PteWord;
  /** What `pmd_mkinvalid` sets and clears. */
  readonly invalidSet?: PteWord;
  readonly invalidClear?: PteWord;
  /** A leaf has at least one of these. */
  readonly leafAny?: PteWord;
  /** Bits beside the address in an entry that leads to a table. */
  readonly table?: PteWord;
  readonly tableTest?: TableTest;
  /** The same for `pud_bad`, where it asks for something else. */
  readonly pudTableTest?: TableTest;
}

/** Positions in a leaf entry at PTE level. Masks are words with the bits set. */
export interface PteLayout {
  readonly fields: readonly PteField[];
  /** The frame number: bits `pfn[0]` … `pfn[1]`. */
  readonly pfn: readonly [lo: number, hi: number];
  /** The hardware may use the entry. */
  readonly valid: PteWord;
  /** Present for the kernel although the hardware may not use it (`PROT_NONE`). */
  readonly protnone: PteWord;
  /** The kernel's `pte_write` bit. */
  readonly write: PteWord;
  /** The bit `pte_mkdirty` sets, where dirty is one bit. */
  readonly dirty: PteWord;
  readonly young: PteWord;
  readonly special: PteWord;
  /** Leaf at PMD level: bits to set, and bits a leaf must not have. */
  readonly pmdLeafSet: PteWord;
  readonly pmdLeafClear: PteWord;
  /** Tracking bit of soft-dirty, where the architecture has it. */
  readonly softDirty?: PteWord;
  readonly uffdWp?: PteWord;
  readonly devmap?: DevmapLayout;
  readonly upper?: UpperLayout;
  readonly swap: SwapLayout;
}
