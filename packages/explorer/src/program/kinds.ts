/**
 * Kinds of automaton nodes: the numbers of core's `OpKind` (a test holds the two together), and what only
 * the explorer distinguishes. Constant enums, because an imported constant is loaded and checked at
 * every use, while these become numbers in the compiled code (docs/decisions/0007).
 */
export const enum Kind {
  READ = 0,
  WRITE = 1,
  XCHG = 2,
  CMPXCHG = 3,
  OR = 4,
  LOCK = 5,
  UNLOCK = 6,
  TRYLOCK = 7,
  AWAIT = 8,
  RETRY = 9,
  CHOOSE = 10,
  ATOMIC = 11,
  FENCE = 12,
  KEY = 13,
  /** An ATOMIC step with a guard. */
  GUARDED = 14,
  /** The body has returned. */
  END = 15,
  /** The body threw. */
  THROW = 16,
}

/** Sets of kinds: bit k stands for kind k. */
export const enum Kinds {
  /** The step can be disabled under any memory model. */
  WAITS = (1 << Kind.LOCK) | (1 << Kind.AWAIT) | (1 << Kind.RETRY) | (1 << Kind.GUARDED),
  /** The thread takes no further step. */
  OVER = (1 << Kind.END) | (1 << Kind.THROW),
  /** Under TSO the step needs an empty store buffer (ATOMIC only if it is locked). */
  DRAINS = (1 << Kind.XCHG) |
    (1 << Kind.CMPXCHG) |
    (1 << Kind.OR) |
    (1 << Kind.LOCK) |
    (1 << Kind.TRYLOCK) |
    (1 << Kind.FENCE) |
    (1 << Kind.ATOMIC) |
    (1 << Kind.GUARDED),
}

/** Whether kind `kind` is in `set`. */
export function among(set: Kinds, kind: number): boolean {
  return ((set >> kind) & 1) !== 0;
}
