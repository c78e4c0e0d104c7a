import type { MemoryModelName } from '@racewalk/core/step';
import type { Execution } from '../../src/execution/execution.js';
import { pathOf } from '../../src/execution/path.js';
import { executionOf } from '../../src/models/table.js';
import { Automata, RestartSignal } from '../../src/program/automata.js';
import { searchDpor } from '../../src/searches/dpor/search.js';
import { DporState } from '../../src/searches/dpor/state.js';
import { Tally } from '../../src/searches/tally.js';
import type { Code } from './code.js';
import { enumerate, follow, isComplete, rulesFor } from './enumerate.js';
import type { Everything } from './prefixes.js';
import { toProgram } from './steps.js';
import { type Rules, stateKey, traceKey } from './world.js';

/** Larger programs than this many trace prefixes are left out. */
const LIMIT = 1500;

/** What the search found, next to everything there is. */
export interface Comparison {
  readonly wrong: string;
  readonly traces: number;
  /** Executions at whose end somebody waits for ever. */
  readonly deadlocks: number;
  readonly paths: readonly (readonly number[])[];
  readonly missing: readonly string[];
}

/** The schedules `dpor` explores, complete or deadlocked. */
export function schedules(
  code: Code,
  memory: MemoryModelName,
  symmetric: readonly (readonly number[])[] = [],
): { paths: number[][]; blocked: number } {
  return executions(code, memory, (x) => [...pathOf(x)], symmetric);
}

/** What `tell` says of each execution that `dpor` explores. */
export function executions<T>(
  code: Code,
  memory: MemoryModelName,
  tell: (x: Execution) => T,
  symmetric: readonly (readonly number[])[] = [],
): { paths: T[]; blocked: number } {
  let paths: T[] = [];
  let m: Execution;
  const keep = (): void => {
    paths.push(tell(m));
  };
  const auto = new Automata({ ...toProgram(code, memory, keep), symmetric }, memory);
  auto.start();
  for (;;) {
    paths = [];
    m = executionOf(auto);
    const s = new DporState(m);
    s.reset();
    const tally = new Tally({ stopAtFirst: false });
    try {
      const stop = searchDpor(s, tally, () => {
        // The final check does not see deadlocks; other faults do not end the execution.
        if (m.faultMessage.startsWith('nobody can go on')) keep();
        m.faultCode = '';
        return 'go on';
      });
      if (stop !== 'exhausted') throw new Error(`stopped: ${stop}`);
      return { paths, blocked: tally.blocked };
    } catch (error) {
      if (!(error instanceof RestartSignal)) throw error;
    }
  }
}

const sameSet = (a: ReadonlySet<string>, b: ReadonlySet<string>): boolean =>
  a.size === b.size && [...a].every((x) => b.has(x));

/** Compare the search with the enumerator; null if the program is too large. */
export function compare(code: Code, tso: boolean): Comparison | null {
  const rules = rulesFor(code, tso, LIMIT);
  const all = rules === null ? null : enumerate(rules, LIMIT);
  return rules === null || all === null ? null : compareWith(rules, all);
}

/** The same, when what there is has been enumerated already. */
export function compareWith(rules: Rules, all: Everything): Comparison {
  const { paths, blocked } = schedules(rules.code, rules.tso ? 'tso' : 'sc');
  const traces = new Set<string>();
  const finals = new Set<string>();
  const deadlocks = new Set<string>();
  let stuck = 0;
  for (const path of paths) {
    const end = follow(rules, path);
    traces.add(traceKey(end));
    if (!isComplete(rules, end)) stuck++;
    (isComplete(rules, end) ? finals : deadlocks).add(stateKey(end));
  }
  const wrong =
    blocked > 0
      ? `${blocked} blocked`
      : paths.length !== traces.size
        ? `${paths.length} executions of ${traces.size} traces`
        : !sameSet(traces, all.traces)
          ? `${traces.size} traces of ${all.traces.size}`
          : !sameSet(finals, all.finals)
            ? 'final states differ'
            : !sameSet(deadlocks, all.deadlocks)
              ? 'deadlocks differ'
              : '';
  const missing = [...all.traces].filter((trace) => !traces.has(trace));
  return { wrong, traces: all.traces.size, deadlocks: stuck, paths, missing };
}
