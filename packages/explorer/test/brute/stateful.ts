import type { Program } from '@racewalk/core/step';
import type { Execution } from '../../src/execution/execution.js';
import { pathOf } from '../../src/execution/path.js';
import { executionOf } from '../../src/models/table.js';
import { Automata, RestartSignal } from '../../src/program/automata.js';
import { type Reductions, StatefulSearch } from '../../src/searches/stateful/search.js';
import { Tally } from '../../src/searches/tally.js';
import type { Code } from './code.js';
import { enumerate, follow, rulesFor } from './enumerate.js';
import type { Everything } from './prefixes.js';
import { type Keys, toProgram } from './steps.js';
import { type Rules, stateKey } from './world.js';

/** What a stateful search saw: end states, by name, and how much it had to do. */
export interface Seen {
  readonly finals: ReadonlySet<string>;
  readonly deadlocks: ReadonlySet<string>;
  readonly faults: ReadonlySet<string>;
  readonly states: number;
  readonly steps: number;
  /** Different events seen: places, what was touched there, and where that led. */
  readonly events: number;
  readonly starts: number;
  readonly cyclic: boolean;
}

/** What the final check reports, so that every complete execution is seen. */
const FINAL = 'FINAL';

/** A final check that reports every end. */
export const everyEnd: NonNullable<Program['final']> = (_, __, faults) => faults.fail(FINAL, '');

/** Whether a fault is the end of an execution, with the final check that reports every end. */
export const isEnd = ({ code, message }: { readonly code: string; readonly message: string }): boolean =>
  code === FINAL || message.startsWith('nobody can go on');

export const NOTHING_REDUCED: Reductions = { persistent: false, sleep: false };

/** Memory and places. Only to be compared between searches that share their automata. */
const placeName = (m: Execution): string =>
  `${m.mem.subarray(0, m.cells).join()};${m.cur.subarray(0, m.threads).join()}`;

/**
 * All faults and end states of a program, each end state under the name that `name` gives it. Null if there is no end
 * to it: a thread may spin and store to its store buffer all the while.
 */
export function seen(auto: Automata, reductions: Reductions, name = placeName): Seen | null {
  auto.start();
  for (;;) {
    const finals = new Set<string>();
    const deadlocks = new Set<string>();
    const faults = new Set<string>();
    const m = executionOf(auto);
    const search = new StatefulSearch(m, reductions);
    try {
      const stop = search.run(new Tally({ stopAtFirst: false, bounds: { steps: 300 } }), () => {
        if (m.faultCode === FINAL) finals.add(name(m));
        else if (m.faultMessage.startsWith('nobody can go on')) deadlocks.add(name(m));
        else faults.add(`${m.faultCode} ${m.faultMessage}`);
        m.faultCode = '';
        return 'go on';
      });
      if (stop === 'steps') return null;
      if (stop !== 'exhausted') throw new Error(`stopped: ${stop}`);
      const { states, steps, starts, cyclic } = search;
      return { finals, deadlocks, faults, states, steps, events: search.futures.events, starts, cyclic };
    } catch (error) {
      if (!(error instanceof RestartSignal)) throw error;
    }
  }
}

const sameSet = (a: ReadonlySet<string>, b: ReadonlySet<string>): boolean =>
  a.size === b.size && [...a].every((x) => b.has(x));

/** How two searches of the same program differ in what they saw, or ''. */
export function difference(a: Seen, b: Seen): string {
  if (!sameSet(a.finals, b.finals)) return `${a.finals.size} final states, then ${b.finals.size}`;
  if (!sameSet(a.deadlocks, b.deadlocks)) return `${a.deadlocks.size} deadlocks, then ${b.deadlocks.size}`;
  if (!sameSet(a.faults, b.faults)) return `faults ${[...a.faults].join()}, then ${[...b.faults].join()}`;
  if (a.events !== b.events) return `${a.events} events, then ${b.events}`;
  return '';
}

/** Compare with the enumerator; null if the program is too large, else what is wrong, or ''. */
export function compareStateful(
  code: Code,
  tso: boolean,
  keyed: Keys,
  reductions: Reductions,
  limit: number,
): string | null {
  const rules = rulesFor(code, tso, limit);
  const all = rules === null ? null : enumerate(rules, limit);
  return rules === null || all === null ? null : compareStatefulWith(rules, all, keyed, reductions);
}

/** The same, when what there is has been enumerated already. */
export function compareStatefulWith(
  rules: Rules,
  all: Everything,
  keyed: Keys,
  reductions: Reductions,
): string {
  const memory = rules.tso ? 'tso' : 'sc';
  const auto = new Automata(toProgram(rules.code, memory, everyEnd, keyed), memory, true);
  const found = seen(auto, reductions, (m) => stateKey(follow(rules, pathOf(m))));
  if (found === null) return 'endless';
  if (!sameSet(found.finals, all.finals)) return `${found.finals.size} final states of ${all.finals.size}`;
  if (!sameSet(found.deadlocks, all.deadlocks)) {
    return `${found.deadlocks.size} deadlocks of ${all.deadlocks.size}`;
  }
  return '';
}
