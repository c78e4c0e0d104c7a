/**
 * What an architecture can do, as a closed list. Laws and race tests ask for capabilities, never for
 * an architecture by name.
 */

/** Every capability, with its meaning. */
export const CAPABILITIES = {
  hwAccess: 'the hardware sets the access flag (arm64 FEAT_HAFDBS, x86 A, RISC-V Svadu)',
  hwDirty: 'the hardware records stores in the entry (arm64 DBM, x86 D, RISC-V Svadu)',
  contPte: 'several entries can be marked as one contiguous block (arm64 contiguous bit, RISC-V Svnapot)',
  breakBeforeMake: 'size or contiguity of a live entry changes only by clear, invalidate, set (arm64)',
  splitEntries: 'an entry is wider than one load or plain store (x86 PAE)',
  broadcastTlbi: 'TLB invalidation is broadcast, and complete only after a barrier (arm64)',
  ipiFlush: 'remote TLB invalidation interrupts the other CPU and waits for it (x86)',
  faultDropsTlb: 'a page fault drops the translation it came from, so a stale one faults at most once (x86)',
  pudLeaf: 'a leaf two levels up: a 1 GiB page (not x86 PAE)',
  softDirty: 'the kernel keeps a soft-dirty tracking bit in the entry (x86-64)',
  uffdWp: 'the kernel keeps a userfaultfd write-protect bit in the entry',
} as const;

/** Name of one capability. */
export type Capability = keyof typeof CAPABILITIES;
