/** Access to one entry in memory, as steps. */
import type { PteWord } from '../pte/word.js';
import type { Word } from '../step/op.js';
import type { Step } from '../step/step.js';
import type { Ptep } from './handles.js';

/**
 * Steps on one entry. The machine knows the operation of a step; `op` names a step that is in no operation, or
 * has another name.
 */
export interface EntryAccess {
  /** One load of the whole entry (several steps where entries are split). @kernel READ_ONCE */
  readOnce(ptep: Ptep, op?: string): Step<PteWord>;
  /** A plain store of the whole entry. @kernel WRITE_ONCE */
  writeOnce(ptep: Ptep, pte: PteWord, op?: string): Step<void>;
  /** Exchange; returns the old entry. */
  xchg(ptep: Ptep, pte: PteWord, op?: string): Step<PteWord>;
  /** Compare and exchange; returns the old entry. */
  cmpxchg(ptep: Ptep, old: PteWord, pte: PteWord, op?: string): Step<PteWord>;
  /** One locked update by a pure function; returns the old entry. */
  update(ptep: Ptep, change: (pte: PteWord) => PteWord, op?: string): Step<PteWord>;
}

/** {@link EntryAccess} and its half-wide accesses, where entries are split. */
export interface HalvesAccess extends EntryAccess {
  /** Load bits 0 … 31. */
  readLow(ptep: Ptep, op?: string): Step<Word>;
  /** Load bits 32 … 63. */
  readHigh(ptep: Ptep, op?: string): Step<Word>;
  /** Plain store of bits 0 … 31 of `pte`. */
  writeLow(ptep: Ptep, pte: PteWord, op?: string): Step<void>;
  /** Plain store of bits 32 … 63 of `pte`. */
  writeHigh(ptep: Ptep, pte: PteWord, op?: string): Step<void>;
  /** Plain stores that empty the entry: low half first, so that no half of an address is ever valid. */
  clearHalves(ptep: Ptep, op?: string): Step<void>;
  /** Between the two stores of an entry; no step where stores are seen in their order. @kernel smp_wmb */
  smpWmb(): Step<void>;
  /** Between the loads of a lockless reader; no step where loads are made in their order. @kernel smp_rmb */
  smpRmb(): Step<void>;
}
