/** Steps that are over before the first. */
import type { Step } from '@racewalk/core/step';

/** Takes no step and returns the value. */
export function finished<V>(value: V): Step<V> {
  const self = {
    next: (): IteratorResult<undefined, V> => ({ done: true, value }),
    return: (): IteratorResult<undefined, V> => ({ done: true, value }),
    throw: (error: unknown): never => {
      throw error;
    },
    [Symbol.iterator]: () => self,
  };
  return self as unknown as Step<V>;
}
