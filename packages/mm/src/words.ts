/** Counters and lists: words that are changed in one step. A list has a bit for each that may be on it. */
import { type AtomicBody, atomic, type Cell, type Note, type Step } from '@racewalk/core/step';
import type { World } from '@racewalk/machine';

/** Add to a counter in one step; returns the new value. */
export function* addTo(cell: Cell, delta: number, label: Note): Step<number> {
  const run: AtomicBody = (mem, base) => {
    const now = (mem[base + cell] ?? 0) + delta;
    mem[base + cell] = now;
    return now;
  };
  return yield* atomic([cell], run, label, { show: (o) => `= ${o.result}` });
}

/** A word for a list; `names` are those of all that may be on it, by bit. */
export function listWord(w: World, text: string, names: readonly string[], initial: number): Cell {
  const show = (word: number) => names.filter((_, i) => (word & (1 << i)) !== 0).join(' ') || 'empty';
  return w.word(text, initial, show);
}

/** Put member `i` on a list, or take it off, in one step: its lock is held, or there is none. */
export function* setListed(
  list: Cell,
  i: number,
  listed: boolean,
  note: { readonly op: string; readonly text: string },
): Step<void> {
  const bit = 1 << i;
  const run: AtomicBody = (mem, base) => {
    const was = mem[base + list] ?? 0;
    mem[base + list] = listed ? was | bit : was & ~bit;
    return 0;
  };
  yield* atomic([list], run, note);
}
