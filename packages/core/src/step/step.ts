/**
 * `Step<T>`: something that takes visible steps and then yields a `T`.
 *
 * Operation code is a generator; each shared access inside it is `yield* primitive(…)`. What is yielded carries no
 * information (the primitive wrote it into `announced`); what is sent back is the result, a {@link Word}.
 */
import type { Word } from './op.js';

/** A computation that takes steps and returns a `T`. Every generator function `function*(): Step<T>` is one. */
export type Step<T> = Generator<undefined, T, Word>;

const ASK: IteratorResult<undefined, never> = Object.freeze({ done: false as const, value: undefined });

/**
 * A leaf of the delegation chain: called with `undefined` it yields once; called with the result it returns
 * `decode(answer)`. It holds no state, so one object serves any number of suspended threads.
 */
export function leaf<T>(decode: (answer: Word) => T): Step<T> {
  const self = {
    next: (answer?: Word): IteratorResult<undefined, T> =>
      answer === undefined ? ASK : { done: true, value: decode(answer) },
    return: (value: T): IteratorResult<undefined, T> => ({ done: true, value }),
    throw: (error: unknown): never => {
      throw error;
    },
    [Symbol.iterator]: () => self,
  };
  return self as unknown as Step<T>;
}

/** The leaf that returns the result unchanged. */
export const WORD: Step<Word> = leaf((answer) => answer);

/** The leaf of a step whose result means yes or no. */
export const FLAG: Step<boolean> = leaf((answer) => answer !== 0);

/** The leaf of a step without a result. */
export const DONE: Step<void> = leaf(() => undefined);
