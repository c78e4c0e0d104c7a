import { type AtomicBody, atomic, type Cell, type Step } from '@racewalk/core/step';

/** One locked instruction on a word that has no name in the kernel model; returns the new value. */
export function* change(cell: Cell, next: (word: number) => number, op: string): Step<number> {
  const run: AtomicBody = (mem, base) => {
    const now = next(mem[base + cell] ?? 0);
    mem[base + cell] = now;
    return now;
  };
  return yield* atomic([cell], run, { op, text: '' });
}
