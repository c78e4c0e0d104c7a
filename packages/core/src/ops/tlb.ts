/** TLB maintenance, as Linux names it. */
import type { PteWord } from '../pte/word.js';
import type { Step } from '../step/step.js';
import type { Vaddr } from '../units.js';
import type { Mm, Ptep, Vma } from './handles.js';

/** The TLB maintenance that operations use. Addresses in bytes, `end` exclusive. */
export interface Tlb {
  /** Invalidate one page everywhere and wait. @kernel flush_tlb_page */
  flushTlbPage(vma: Vma, addr: Vaddr): Step<void>;
  /**
   * Invalidate a range everywhere and wait. `lastLevel` leaves the walk caches alone. `size` is that of what is mapped
   * (the stride, the TTL hint): translations of another size may stay. @kernel flush_tlb_range
   */
  flushTlbRange(vma: Vma, start: Vaddr, end: Vaddr, lastLevel?: boolean, size?: 'pte' | 'pmd'): Step<void>;
  /** Invalidate a whole address space everywhere and wait. @kernel flush_tlb_mm */
  flushTlbMm(mm: Mm): Step<void>;
  /**
   * Issue an invalidation without waiting; waits on an architecture that cannot separate the two. @kernel
   * __flush_tlb_range_nosync
   */
  flushTlbRangeNosync(vma: Vma, start: Vaddr, end: Vaddr): Step<void>;
  /** Invalidate one page in the TLB of this CPU alone. @kernel local_flush_tlb_page */
  localFlushTlbPage(vma: Vma, addr: Vaddr): Step<void>;
  /**
   * A fault found an entry that allows the access: drop what may have refused it, as the plug-in's
   * `fixSpuriousFault` says. @kernel flush_tlb_fix_spurious_fault
   */
  flushTlbFixSpuriousFault(vma: Vma, addr: Vaddr): Step<void>;
  /**
   * Change an entry by a pure function, and take what every CPU has cached of its page; returns the old entry. One operation after the
   * other, unless the plug-in's own part does both at once.
   */
  updateAndFlush(ptep: Ptep, change: (pte: PteWord) => PteWord): Step<PteWord>;
  /** Wait for all invalidations this CPU has issued, and for its stores. @kernel dsb */
  dsb(): Step<void>;
  /** Wait until the stores of this CPU can be walked, before it invalidates. @kernel dsb */
  dsbIshst(): Step<void>;
}

/** What a plug-in makes a TLB part of its own of: the machine's part, and instructions that stand for more. */
export interface TlbHardware extends Tlb {
  /** `updateAndFlush` in one step: where the new entry stands, no CPU has the old one (s390: IPTE, IDTE, CRDTE). */
  updateAndFlushAtOnce(ptep: Ptep, change: (pte: PteWord) => PteWord): Step<PteWord>;
  /** Take what secondary MMUs that walk the tables have of a page. CPUs keep what they have. */
  flushDevices(vma: Vma, addr: Vaddr): Step<void>;
}
