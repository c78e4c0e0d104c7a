/**
 * What a word of shared memory is. The explorer knows words only; traces and hints use this, so that no code
 * has to parse a name.
 */

/** The level of a page table, from the leaves upwards. */
export type TableLevel = 'pte' | 'pmd' | 'pud';

/** What a word is, and where it belongs. */
export type WordRole =
  /** Entry `index` of a table, or the half of it that one access can reach. Holds an entry. */
  | {
      readonly is: 'entry';
      readonly table: string;
      readonly index: number;
      readonly level: TableLevel;
      readonly half?: 'low' | 'high';
    }
  /**
   * What the TLB of a CPU may hold of a page, or, where `block` says of how many entries, of the contiguous block
   * that starts there; 0 if nothing.
   */
  | {
      readonly is: 'tlb';
      readonly cpu: number;
      readonly table: string;
      readonly index: number;
      readonly block?: number;
    }
  /** The same in the TLB of a device that walks the tables itself. */
  | { readonly is: 'device-tlb'; readonly device: string; readonly table: string; readonly index: number }
  /** The translation of a page in a device's own page table. */
  | { readonly is: 'device-entry'; readonly device: string; readonly table: string; readonly index: number }
  /** Whether the walk cache of a CPU leads to a table. */
  | { readonly is: 'walk-cache'; readonly cpu: number; readonly table: string }
  /** Whether a table has been freed. */
  | { readonly is: 'table'; readonly table: string }
  | { readonly is: 'frame-flags'; readonly pfn: number }
  /** What is stored in a frame. */
  | { readonly is: 'frame-data'; readonly pfn: number }
  | { readonly is: 'folio-flags'; readonly folio: string }
  | { readonly is: 'refcount'; readonly folio: string }
  | { readonly is: 'mapcount'; readonly folio: string }
  | { readonly is: 'lock' }
  /** Counts something: pending flushes, a sequence. */
  | { readonly is: 'counter' }
  /** What delays a CPU's response: interrupts that are off, an RCU read section. */
  | { readonly is: 'cpu'; readonly cpu: number }
  /** Bookkeeping of an observer. */
  | { readonly is: 'ghost' }
  /** Any other word. */
  | { readonly is: 'word' };

/** The role of an ordinary word. */
export const PLAIN_WORD: WordRole = Object.freeze({ is: 'word' });
