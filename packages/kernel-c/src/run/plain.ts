/** What a compiler may do to a plain load of shared memory: make it again instead of keeping the value. */
import { choose, type Step } from '@racewalk/core/step';
import type { Source } from './frame.js';
import type { Value } from './objects.js';
import type { Thread } from './thread.js';

const show = (o: { readonly result: number }): string => (o.result === 0 ? '→ kept' : '→ loaded again');

/**
 * A use of a local that a plain load filled: the register, or memory again. Once repeated the second value stays; a
 * compiler barrier since the load forbids it, and so does a store of the thread to the same word.
 */
export function* use(th: Thread, source: Source | null | undefined, value: Value): Step<Value> {
  if (source === null || source === undefined) return value;
  if (source.again !== undefined) return source.again;
  if (source.epoch !== th.barriers || source.overwritten()) return value;
  const again = yield* choose(
    2,
    { text: 'plain load: the compiler keeps it, or loads again', does: 'choose' },
    show,
  );
  if (again === 0) return value;
  source.again = yield* source.load();
  return source.again;
}
