/** Structs that the calls of an agent to an allocator get, one after the other. */
import type { Value } from './objects.js';
import type { Thread } from './thread.js';

/** The name of one; no C can say it. */
export const kept = (tag: string, cpu: number, i: number): string => `${tag} ${i} of P${cpu}`;

const counts = new WeakMap<Thread, Map<string, number>>();

/** The next one of a struct. */
export function allocated(th: Thread, tag: string): Value {
  const mine = counts.get(th) ?? new Map<string, number>();
  counts.set(th, mine);
  const n = mine.get(tag) ?? 0;
  const found = th.globals.get(kept(tag, th.m.cpu, n));
  if (found === undefined)
    throw th.error(
      `no more than ${n} of struct ${tag} can be allocated here`,
      'declare it in the initial state and take its address, or call the allocator at another place',
    );
  mine.set(tag, n + 1);
  return found;
}
