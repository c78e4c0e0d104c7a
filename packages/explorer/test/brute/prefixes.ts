/** Every trace prefix of a program, once; the order of memory is in the worlds that are handed in. */
import { type Code, guardsOf, type Instr, placeOf } from './code.js';

/** Everything a program can do. */
export interface Everything {
  /** Canonical names of all complete executions. */
  readonly traces: ReadonlySet<string>;
  /** End states in which everybody but daemons has ended, and the others. */
  readonly finals: ReadonlySet<string>;
  readonly deadlocks: ReadonlySet<string>;
}

/** How executions go on under one order of memory. */
export interface Worlds<World> {
  readonly first: World;
  /** The worlds that one step leads to. */
  next(w: World): Iterable<World>;
  traceKey(w: World): string;
  stateKey(w: World): string;
  isComplete(w: World): boolean;
}

/**
 * Visit every trace prefix once. Equivalent prefixes lead to the same state, so nothing is lost; with
 * `merge` false every single interleaving is walked instead. Null if there are more than `limit`.
 */
export function prefixes<World>(
  { first, next, traceKey, stateKey, isComplete }: Worlds<World>,
  limit: number,
  watch: (w: World) => void = () => undefined,
  merge = true,
): Everything | null {
  const traces = new Set<string>();
  const finals = new Set<string>();
  const deadlocks = new Set<string>();
  const seen = new Set<string>();
  const todo: World[] = [first];
  let visited = 0;
  for (let w = todo.pop(); w !== undefined; w = todo.pop()) {
    if (++visited > limit) return null;
    watch(w);
    let stuck = true;
    for (const then of next(w)) {
      stuck = false;
      const key = traceKey(then);
      if (merge && seen.has(key)) continue;
      seen.add(key);
      todo.push(then);
    }
    if (!stuck) continue;
    traces.add(traceKey(w));
    (isComplete(w) ? finals : deadlocks).add(stateKey(w));
  }
  return { traces, finals, deadlocks };
}

/** Whether some thread has an OR, so that it matters who waits for which cell. */
export const hasOrs = (code: Code): boolean => code.threads.some((t) => t.some((i) => i.do === 'or'));

/** Add the cells that a step with this instruction waits for. */
export function addAwaited(
  awaited: Set<number>,
  code: Code,
  instr: Instr | undefined,
  regs: readonly number[],
): void {
  if (instr?.do === 'await' || instr?.do === 'lock') awaited.add(placeOf(code, instr.at, regs));
  else if (instr?.do === 'retry') for (const c of instr.cells) awaited.add(c);
  else if (instr?.do === 'atomic' && instr.guard !== null) for (const c of guardsOf(instr)) awaited.add(c);
}
