/** What a race has set aside for each CPU, and an agent has not used yet. */
import type { Machine } from '@racewalk/machine';

/** By the name of the list. An agent that starts anew has all of it again. */
interface UnusedState {
  unused?: Record<string, unknown[]>;
}

declare module '@racewalk/machine/kernel' {
  interface TaskStruct extends UnusedState {}
}

/** What an agent has left; see {@link unused}. */
export interface Unused<T> {
  /** In the order in which it is handed out. */
  of(m: Machine): T[];
  /** From now on these, whatever the race has set aside. */
  set(m: Machine, all: readonly T[]): void;
}

/** `first`: what an agent has at its beginning. */
export function unused<T>(name: string, first: (m: Machine) => readonly T[] | undefined): Unused<T> {
  const listsOf = ({ current }: Machine): Record<string, T[]> => {
    current.unused ??= {};
    return current.unused as Record<string, T[]>;
  };
  return {
    of(m) {
      const lists = listsOf(m);
      lists[name] ??= [...(first(m) ?? [])];
      return lists[name];
    },
    set(m, all) {
      listsOf(m)[name] = [...all];
    },
  };
}
