import type { Code } from './code.js';
import { placeOf } from './code.js';
import {
  alternatives,
  initial,
  instructionOf,
  type Rules,
  stateKey,
  take,
  traceKey,
  type World,
} from './world.js';

/** Everything a program can do. */
export interface Everything {
  /** Canonical names of all complete executions. */
  readonly traces: ReadonlySet<string>;
  /** End states in which everybody but daemons has ended, and the others. */
  readonly finals: ReadonlySet<string>;
  readonly deadlocks: ReadonlySet<string>;
}

/** The rules for a program: OR counts as a store on every cell that some reachable step waits for. */
export function rulesFor(code: Code, tso: boolean, limit: number): Rules | null {
  const awaited = new Set<number>();
  const loose: Rules = { code, tso, awaited: new Set() };
  if (!code.threads.some((t) => t.some((i) => i.do === 'or'))) return loose;
  const watch = (w: World): void => {
    for (let t = 0; t < code.threads.length; t++) {
      const instr = instructionOf(loose, w, t);
      if (instr?.do === 'await' || instr?.do === 'lock') {
        awaited.add(placeOf(code, instr.at, w.threads[t]!.regs));
      } else if (instr?.do === 'retry') for (const c of instr.cells) awaited.add(c);
      else if (instr?.do === 'atomic' && instr.guard !== null) awaited.add(instr.cells[0]!);
    }
  };
  return enumerate(loose, limit, watch) === null ? null : { code, tso, awaited };
}

/**
 * Visit every trace prefix once. Equivalent prefixes lead to the same state, so nothing is lost; with
 * `merge` false every single interleaving is walked instead. Null if there are more than `limit`.
 */
export function enumerate(
  rules: Rules,
  limit: number,
  watch: (w: World) => void = () => undefined,
  merge = true,
): Everything | null {
  const traces = new Set<string>();
  const finals = new Set<string>();
  const deadlocks = new Set<string>();
  const seen = new Set<string>();
  const todo: World[] = [initial(rules)];
  let visited = 0;
  for (let w = todo.pop(); w !== undefined; w = todo.pop()) {
    if (++visited > limit) return null;
    watch(w);
    let stuck = true;
    for (let agent = 0; agent < w.keys.length; agent++) {
      for (let c = alternatives(rules, w, agent) - 1; c >= 0; c--) {
        const next = take(rules, w, agent, c);
        if (next === null) continue;
        stuck = false;
        const key = traceKey(next);
        if (merge && seen.has(key)) continue;
        seen.add(key);
        todo.push(next);
      }
    }
    if (!stuck) continue;
    traces.add(traceKey(w));
    (isComplete(rules, w) ? finals : deadlocks).add(stateKey(w));
  }
  return { traces, finals, deadlocks };
}

export function isComplete({ code }: Rules, w: World): boolean {
  return code.threads.every((instrs, t) => code.daemons[t] || w.threads[t]!.pc >= instrs.length);
}

/** The world at the end of a schedule as the explorer writes it. */
export function follow(rules: Rules, path: readonly number[]): World {
  let w = initial(rules);
  for (let i = 0; i < path.length; i++) {
    const agent = path[i]!;
    const choice = i + 1 < path.length && path[i + 1]! < 0 ? ~path[++i]! : 0;
    const next = take(rules, w, agent, choice);
    if (next === null) throw new Error(`step ${i} of ${path.join()} is not possible`);
    w = next;
  }
  return w;
}
