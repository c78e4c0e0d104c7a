import type { Rules, World } from './world.js';
import { alternatives, initial, stateKey, take } from './world.js';

/** What a schedule costs. */
export interface Cheapest {
  readonly preemptions: number;
  readonly steps: number;
}

interface Place {
  readonly w: World;
  readonly last: number;
}

/** The state and the thread that ran last; the stores that wait are part of the state. */
const nameOf = ({ w, last }: Place): string => {
  const buffers = w.threads.map(({ buffer }) => buffer.map(({ cell, value }) => `${cell}=${value}`).join());
  return `${stateKey(w)}/${buffers.join(';')}/${last}`;
};

/**
 * The cheapest schedule to a world that `wanted` accepts: fewest preemptions, then fewest steps, by walking all states
 * in order of cost. Null if there is none.
 */
export function cheapest(rules: Rules, wanted: (w: World) => boolean): Cheapest | null {
  const threads = rules.code.threads.length;
  const done = new Set<string>();
  const costs: Place[][][] = [[[{ w: initial(rules), last: -1 }]]];
  for (let preemptions = 0; preemptions < costs.length; preemptions++) {
    for (let steps = 0; steps < (costs[preemptions]?.length ?? 0); steps++) {
      const places = costs[preemptions]![steps] ?? [];
      for (let i = 0; i < places.length; i++) {
        const place = places[i]!;
        if (wanted(place.w)) return { preemptions, steps };
        const name = nameOf(place);
        if (done.has(name)) continue;
        done.add(name);
        const could = place.last >= 0 && moves(rules, place.w, place.last).length > 0;
        for (let agent = 0; agent < place.w.keys.length; agent++) {
          const choosing = agent < threads && alternatives(rules, place.w, agent) > 1;
          const free = choosing || agent >= threads;
          const price = !free && could && agent !== place.last ? 1 : 0;
          for (const w of moves(rules, place.w, agent)) {
            costs[preemptions + price] ??= [];
            const row = costs[preemptions + price]!;
            const after = choosing ? steps : steps + 1;
            row[after] ??= [];
            const column = row[after]!;
            column.push({ w, last: free ? place.last : agent });
          }
        }
      }
    }
  }
  return null;
}

function moves(rules: Rules, w: World, agent: number): World[] {
  const found: World[] = [];
  for (let c = 0; c < alternatives(rules, w, agent); c++) {
    const next = take(rules, w, agent, c);
    if (next !== null) found.push(next);
  }
  return found;
}
