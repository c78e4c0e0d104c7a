/** The invariants, by code. The codes are stable: reports, mutants and the race catalogue share them. */
export const INVARIANTS = {
  DIRTY: 'every store to a frame is remembered by somebody until it is written back or discarded',
  STALE: 'after an operation has completed, no agent translates with the old entry',
  UAF: 'no agent reaches a freed or re-used frame',
  PTUAF: 'no agent reaches a freed page-table page',
  PERM: 'no store succeeds where every current entry forbids it',
  COH: 'agents ordered by user-level synchronisation see one frame behind one address',
  TORN: 'a reader never obtains an entry that was never stored',
  CONT: 'a contiguous block is uniform whenever it can be walked, and changes by break before make',
  OWN: 'a page believed exclusive has one owner',
  RMAP: 'rmap, mapcount, refcount, rss and entries agree where code relies on it',
  NOTIF: 'a secondary MMU uses no translation outside the notifier contract',
  ENC: 'no entry holds, and no reader is given, a pattern that means something else',
  MISS: 'no operation skips an entry that logically was there',
  ABA: 'no equality re-check passes on a recycled value',
  LIVE: 'no livelock, no deadlock, no lock leaked',
} as const;

/** Code of one invariant. */
export type InvariantCode = keyof typeof INVARIANTS;
