/**
 * What an architecture can do, as a closed list. Laws and race tests depend on capabilities, never on the name
 * of an architecture.
 */

/** Every capability, with its meaning; the manuals' words are in `CAPABILITY_TERMS`. */
export const CAPABILITIES = {
  hwAccess: 'a walk sets the access flag; the walker is hardware, or software that takes no lock',
  hwDirty: 'a walk for a store records it; the walker is hardware, or software that takes no lock',
  contPte: 'several entries can be marked as one contiguous block',
  breakBeforeMake:
    'contiguity of a live entry, or its frame in a block, changes only by clear, invalidate, set',
  leafBreakBeforeMake: 'a live leaf becomes a table, or a table a leaf, only by clear, invalidate, set',
  splitEntries: 'an entry is wider than one load or plain store',
  broadcastTlbi: 'TLB invalidation is broadcast, and complete only after a barrier',
  ipiFlush: 'remote TLB invalidation interrupts the other CPU and waits for it',
  faultDropsTlb: 'a page fault drops the translation it came from, so a stale one faults at most once',
  speculativeFill: 'a TLB may be filled ahead of any access, wherever the address space is loaded',
  severalTranslations: 'a TLB may hold several translations of one page, and answer with any of them',
  staleRefusals: 'an access may fault on a cached translation although the entry by now allows it',
  blockTranslations: 'one cached translation may answer for a contiguous block, read from any entry of it',
  negativeCaching: 'a TLB may remember that an entry was not valid',
  spaceTags: 'translations carry a tag of their address space (PCID, ASID), and outlive the load of another',
  walkCaches: 'a CPU may remember which table an upper-level entry led to',
  pageFlushDropsWalkCaches: 'the invalidation of one address empties the walk caches of the CPU',
  pudLeaf: 'a leaf two levels up: a 1 GiB page',
  pudThp: 'transparent huge pages two levels up (x86-64; Linux 6.12)',
  hugePfnmap: 'huge pages may map frames without struct page (arm64, x86-64; Linux 6.12)',
  thpMigration: 'a huge page on the move leaves an entry behind one level up (not x86 PAE)',
  devmap: 'a mark for device memory with struct page (Linux up to 6.16; not x86 PAE)',
  softDirty: 'the kernel keeps a soft-dirty tracking bit in the entry',
  uffdWp: 'the kernel keeps a userfaultfd write-protect bit in the entry',
} as const;

/** Name of one capability. */
export type Capability = keyof typeof CAPABILITIES;

/**
 * What the manuals allow a TLB that hardware fills (Arm ARM D8.16, Intel SDM 3A 4.10.2 to 4.10.4, RISC-V privileged
 * architecture 12.2.1): it may be filled at any time, with what stands in the table at that time, and be asked until
 * somebody invalidates it.
 */
export const HARDWARE_FILLED_TLB: readonly Capability[] = Object.freeze([
  'speculativeFill',
  'severalTranslations',
  'staleRefusals',
  'walkCaches',
]);
