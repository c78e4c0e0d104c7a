/**
 * What an architecture can do, as a closed list. Laws and race tests depend on capabilities, never on the name
 * of an architecture.
 */

/** Every capability, with its meaning; the manuals' words are in `CAPABILITY_TERMS`. */
export const CAPABILITIES = {
  hwAccess: 'a walk sets the access flag; the walker is hardware, or software that takes no lock',
  hwDirty: 'a walk for a store records it; the walker is hardware, or software that takes no lock',
  contPte: 'several entries can be marked as one contiguous block',
  breakBeforeMake: 'size or contiguity of a live entry changes only by clear, invalidate, set',
  splitEntries: 'an entry is wider than one load or plain store',
  broadcastTlbi: 'TLB invalidation is broadcast, and complete only after a barrier',
  ipiFlush: 'remote TLB invalidation interrupts the other CPU and waits for it',
  faultDropsTlb: 'a page fault drops the translation it came from, so a stale one faults at most once',
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
