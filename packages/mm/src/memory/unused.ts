/** What a race has set aside for each CPU, and an agent has not used yet. */
import type { Machine } from '@racewalk/machine';

/** What an agent has left; see {@link unused}. */
export interface Unused<T> {
  /** In the order in which it is handed out. */
  of(m: Machine): T[];
  /** From now on these, whatever the race has set aside. */
  set(m: Machine, all: readonly T[]): T[];
}

/** `first`: what an agent has at its beginning. One that starts anew is another machine, and has all of it again. */
export function unused<T>(first: (m: Machine) => readonly T[] | undefined): Unused<T> {
  const left = new WeakMap<Machine, T[]>();
  const set = (m: Machine, all: readonly T[]): T[] => {
    const own = [...all];
    left.set(m, own);
    m.keeps.push(own);
    return own;
  };
  return { set, of: (m) => left.get(m) ?? set(m, first(m) ?? []) };
}
