/**
 * What the manuals call it. The words of a capability are those of this project; a porter knows the
 * manual's.
 */
import type { Capability } from '@racewalk/core';

/** A capability in the terms of three architectures; null where there is no such thing. */
export interface CapabilityTerms {
  /** Arm Architecture Reference Manual DDI 0487; for software bits Linux 6.12. */
  readonly arm64: string | null;
  /** Intel Software Developer's Manual, volume 3A; for software bits Linux 6.12. */
  readonly x86: string | null;
  /** RISC-V privileged architecture 20240411; for software bits Linux 6.12. */
  readonly riscv: string | null;
}

const TERMS = {
  hwAccess: {
    arm64: 'FEAT_HAFDBS: hardware management of the Access flag, TCR_EL1.HA',
    x86: 'accessed flag (4.8)',
    riscv: 'Svadu: hardware updating of A; under Svade a page fault instead',
  },
  hwDirty: {
    arm64: 'FEAT_HAFDBS: hardware management of dirty state, TCR_EL1.HD, with DBM in the descriptor',
    x86: 'dirty flag (4.8)',
    riscv: 'Svadu: hardware updating of D; under Svade a page fault instead',
  },
  contPte: {
    arm64: 'Contiguous bit',
    x86: null,
    riscv: 'Svnapot: NAPOT translation contiguity, N',
  },
  breakBeforeMake: {
    arm64: 'break-before-make sequence; FEAT_BBM levels 1 and 2 relax it',
    x86: null,
    riscv: 'Svnapot (13): software generally clears all entries and fences before it changes them',
  },
  leafBreakBeforeMake: {
    arm64: 'break-before-make sequence between a block and a table; TLB conflict abort',
    x86: null,
    riscv: null,
  },
  splitEntries: {
    arm64: null,
    x86: 'PAE paging (4.4): entries of 8 bytes, written by accesses of 4',
    riscv: null,
  },
  broadcastTlbi: {
    arm64: 'TLB maintenance in the Inner Shareable domain (TLBI …IS), complete after DSB ISH',
    x86: 'INVLPGB and TLBSYNC, of AMD processors; no plug-in has them',
    riscv: null,
  },
  ipiFlush: {
    arm64: null,
    x86: 'TLB shootdown (4.10.5): INVLPG or MOV to CR3 on every processor, by interrupt',
    riscv: 'SFENCE.VMA on every hart, by interrupt or by the SBI remote fence',
  },
  faultDropsTlb: {
    arm64: null,
    x86: 'a page-fault exception invalidates what is cached for the address (4.10.4.1)',
    riscv: null,
  },
  speculativeFill: {
    arm64: 'a translation may be cached at any time while the table allows it (D8.16)',
    x86: 'accesses that are a result of speculative execution, and prefetches, may cache translations (4.10.2.3)',
    riscv: 'implementations may read address-translation data at any time, ahead of any access (12.2.1)',
  },
  severalTranslations: {
    arm64: 'a changed entry without an invalidation: old and new translation may both be used (D8.16)',
    x86: 'until an invalidation the processor may use translations of the old or of the new value (4.10.4.4)',
    riscv: 'without SFENCE.VMA the old or the new entry may be used; which, is unpredictable (12.2.1)',
  },
  staleRefusals: {
    arm64: 'a TLB entry with fewer permissions than the table: a Permission fault',
    x86: 'spurious page fault after permissions were added without an invalidation (4.10.4.3)',
    riscv: 'a page fault on a cached entry with fewer permissions; software may rely on it (12.2.1)',
  },
  blockTranslations: {
    arm64: 'a Contiguous bit lets one TLB entry cover the whole range, from any of its descriptors (D8.7.1)',
    x86: null,
    riscv: 'Svnapot: an entry may be cached for the whole range',
  },
  negativeCaching: {
    arm64: null,
    x86: null,
    riscv: 'invalid entries may be cached, unless Svvptc bounds how long',
  },
  spaceTags: {
    arm64: 'ASID in TTBRn_EL1, 8 or 16 bits; entries with nG = 1 match it only (D8.16)',
    x86: 'process-context identifiers, PCID, CR4.PCIDE; IA-32e mode only, not PAE paging (4.10.1)',
    riscv: 'ASID in satp, up to 9 bits for Sv32 and 16 for Sv39; may have no bits (12.1.11)',
  },
  walkCaches: {
    arm64: 'intermediate caching of table descriptors (D8.16)',
    x86: 'paging-structure caches (4.10.3)',
    riscv: 'address-translation caches of non-leaf entries (12.2.1)',
  },
  pageFlushDropsWalkCaches: {
    arm64: null,
    x86: 'INVLPG also invalidates all paging-structure caches of the current PCID (4.10.4.1)',
    riscv: null,
  },
  pudLeaf: {
    arm64: 'Block descriptor at level 1',
    x86: '1-GByte page, PS in a PDPTE; not PAE paging',
    riscv: 'gigapage',
  },
  pudThp: {
    arm64: null,
    x86: '1-GByte page that Linux may map transparently',
    riscv: null,
  },
  hugePfnmap: {
    arm64: 'software bit 56 (special) in a Block descriptor',
    x86: 'software bit 9 (special) in an entry with PS',
    riscv: null,
  },
  thpMigration: {
    arm64: 'an invalid descriptor one level up, its bits free for software',
    x86: 'an entry with P = 0 one level up, its bits ignored',
    riscv: 'an entry with V = 0 one level up, its bits free for software',
  },
  devmap: {
    arm64: 'software bit 57',
    x86: 'software bit 57 (ignored); not PAE paging',
    riscv: 'software bit 9 (RSW)',
  },
  softDirty: {
    arm64: null,
    x86: 'software bit 11 (ignored)',
    riscv: null,
  },
  uffdWp: {
    arm64: 'software bit 58',
    x86: 'software bit 10 (ignored); not PAE paging',
    riscv: null,
  },
} as const satisfies Readonly<Record<string, CapabilityTerms>>;

/** The terms of every capability. */
export const CAPABILITY_TERMS: Readonly<Record<Capability, CapabilityTerms>> = Object.freeze(TERMS);
