import { OpKind } from '@racewalk/core/step';

/** Kinds of automaton nodes: those of {@link OpKind}, and what only the explorer distinguishes. */
export const Kind = {
  ...OpKind,
  /** An ATOMIC step with a guard. */
  GUARDED: 14,
  /** The body has returned. */
  END: 15,
  /** The body threw. */
  THROW: 16,
} as const;

/** By kind: the step can be disabled under any memory model. */
export const WAITS = new Uint8Array(17);
for (const kind of [Kind.LOCK, Kind.AWAIT, Kind.RETRY, Kind.GUARDED]) WAITS[kind] = 1;

/** By kind: the thread takes no further step. */
export const OVER = new Uint8Array(17);
OVER[Kind.END] = 1;
OVER[Kind.THROW] = 1;

/** By kind: under TSO the step needs an empty store buffer (ATOMIC only if it is locked). */
export const DRAINS = new Uint8Array(17);
for (const kind of [
  Kind.XCHG,
  Kind.CMPXCHG,
  Kind.OR,
  Kind.LOCK,
  Kind.TRYLOCK,
  Kind.FENCE,
  Kind.ATOMIC,
  Kind.GUARDED,
]) {
  DRAINS[kind] = 1;
}
