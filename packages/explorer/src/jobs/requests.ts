/** What a job asks of those who keep its prefix. */
import type { DporState } from '../dpor/state.js';
import { T } from '../dpor/wakeup.js';
import type { Request, RequestStep } from './types.js';

/** The sequences that the search hung into the trees above its floor, oldest first. */
export function requestsOf(s: DporState): Request[] {
  const requests: Request[] = [];
  for (let i = 0; i < s.requests.length; i += 2) {
    requests.push({ depth: s.requests[i]!, steps: sequenceTo(s, s.requests[i + 1]!) });
  }
  return requests;
}

function sequenceTo(s: DporState, end: number): RequestStep[] {
  const { nodes } = s.trees;
  const way: number[] = [];
  for (let n = end; n >= 0; n = nodes[(n << T.SHIFT) + T.PARENT]!) way.push(n << T.SHIFT);
  way.reverse();
  return way.map((t, i) => {
    const after: number[] = [];
    for (let j = 0; j < i; j++) if (ordered(s, way[j]!, t)) after.push(j);
    return [nodes[t + T.AGENT]!, nodes[t + T.CHOICE]!, after];
  });
}

/**
 * Whether `later` has to stay behind `earlier`. A store that leaves its buffer comes after its issue only,
 * but the tree does not say which step that was: behind all steps of its thread is safe, it can only make the
 * sequence look new where it is not.
 */
function ordered(s: DporState, earlier: number, later: number): boolean {
  const { nodes } = s.trees;
  const { threads, auto } = s.m;
  const first = nodes[earlier + T.AGENT]!;
  const second = nodes[later + T.AGENT]!;
  if (first === second || second - threads === first) return true;
  return auto.foots.conflict(nodes[earlier + T.FOOT]!, nodes[later + T.FOOT]!);
}
