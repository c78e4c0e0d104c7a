/** How an access has come to its word of memory. */

export interface Via {
  /** View of the translation: the access waits for it. */
  readonly view: number;
  /** Whether the translation may still be used by an access that happens at a time. */
  readonly fresh: (time: number) => boolean;
  /** Number of the offset in the page; -1 without translation. */
  readonly offset: number;
  /** A compare and swap that fails is the only access that may not ask for a dirty descriptor. */
  readonly writable: boolean;
}

/** An access at the address itself. */
export const DIRECT: Via = Object.freeze({ view: 0, fresh: () => true, offset: -1, writable: true });
