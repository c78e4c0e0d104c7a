import type { Code } from './code.js';
import { addAwaited, type Everything, hasOrs, prefixes } from './prefixes.js';
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

/** The rules for a program: OR counts as a store on every cell that some reachable step waits for. */
export function rulesFor(code: Code, tso: boolean, limit: number): Rules | null {
  const awaited = new Set<number>();
  const loose: Rules = { code, tso, awaited: new Set() };
  if (!hasOrs(code)) return loose;
  const watch = (w: World): void => {
    w.threads.forEach(({ regs }, t) => void addAwaited(awaited, code, instructionOf(loose, w, t), regs));
  };
  return enumerate(loose, limit, watch) === null ? null : { code, tso, awaited };
}

/** Every trace prefix under `rules`; see {@link prefixes}. */
export function enumerate(
  rules: Rules,
  limit: number,
  watch?: (w: World) => void,
  merge = true,
): Everything | null {
  function* next(w: World): Iterable<World> {
    for (let agent = 0; agent < w.keys.length; agent++) {
      for (let c = alternatives(rules, w, agent) - 1; c >= 0; c--) {
        const then = take(rules, w, agent, c);
        if (then !== null) yield then;
      }
    }
  }
  const complete = (w: World) => isComplete(rules, w);
  return prefixes(
    { first: initial(rules), next, traceKey, stateKey, isComplete: complete },
    limit,
    watch,
    merge,
  );
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
