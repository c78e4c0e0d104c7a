import { announced, OpKind, type Program, type Step } from '@racewalk/core/step';
import { Automata, RestartSignal } from '../../src/automaton/automata.js';
import { Machine } from '../../src/memory/machine.js';
import { pathOf } from '../../src/memory/path.js';
import { type Reductions, StatefulSearch } from '../../src/stateful/search.js';
import { Tally } from '../../src/tally.js';
import type { Code } from './code.js';
import { enumerate, follow, isComplete, rulesFor } from './enumerate.js';
import { toProgram } from './steps.js';
import { stateKey } from './world.js';

/** What a stateful search saw: end states, by name, and how much it had to do. */
export interface Seen {
  readonly finals: ReadonlySet<string>;
  readonly deadlocks: ReadonlySet<string>;
  readonly faults: ReadonlySet<string>;
  readonly states: number;
  readonly steps: number;
  /** Nodes of the automata: how many different things the threads were seen to do. */
  readonly nodes: number;
  readonly starts: number;
  readonly cyclic: boolean;
}

export const NOTHING_REDUCED: Reductions = { persistent: false, sleep: false };

/** All faults and end states of `program`; `name` names the end state a machine stands in. */
export function seen(
  make: (keep: () => void) => Program,
  memory: 'sc' | 'tso',
  reductions: Reductions,
  name: (m: Machine) => string,
): Seen {
  let m: Machine;
  let finals: Set<string>;
  const program = make(() => finals.add(name(m)));
  const auto = new Automata(program, memory);
  auto.start();
  for (;;) {
    finals = new Set();
    const deadlocks = new Set<string>();
    const faults = new Set<string>();
    m = new Machine(auto);
    const search = new StatefulSearch(m, reductions);
    try {
      const stop = search.run(new Tally({ stopAtFirst: false }), () => {
        // The final check does not see deadlocks; other faults do not end the execution.
        if (m.faultMessage.startsWith('nobody can go on')) deadlocks.add(name(m));
        else faults.add(`${m.faultCode} ${m.faultMessage}`);
        m.faultCode = '';
        return 'go on';
      });
      if (stop !== 'exhausted') throw new Error(`stopped: ${stop}`);
      const { states, steps, starts, cyclic } = search;
      return { finals, deadlocks, faults, states, steps, nodes: auto.count, starts, cyclic };
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
  if (a.nodes !== b.nodes) return `${a.nodes} nodes, then ${b.nodes}`;
  return '';
}

/** Memory and places; complete only if every node is a history or a key that tells registers apart. */
export const placeName = (m: Machine): string =>
  `${m.mem.subarray(0, m.cells).join()};${m.cur.subarray(0, m.threads).join()}`;

/** Compare with the enumerator; null if the program is too large, else what is wrong, or ''. */
export function compareStateful(
  code: Code,
  tso: boolean,
  keyed: boolean,
  reductions: Reductions,
  limit: number,
): string | null {
  const rules = rulesFor(code, tso, limit);
  const all = rules === null ? null : enumerate(rules, limit);
  if (rules === null || all === null) return null;
  const memory = tso ? 'tso' : 'sc';
  const ends = new Map<string, string>();
  const name = (m: Machine): string => {
    const end = follow(rules, pathOf(m));
    const key = stateKey(end);
    ends.set(key, isComplete(rules, end) ? 'complete' : 'stuck');
    return key;
  };
  const found = seen((keep) => toProgram(code, memory, keep, keyed), memory, reductions, name);
  if (!sameSet(found.finals, all.finals)) return `${found.finals.size} final states of ${all.finals.size}`;
  if (!sameSet(found.deadlocks, all.deadlocks)) {
    return `${found.deadlocks.size} deadlocks of ${all.deadlocks.size}`;
  }
  return '';
}

/** The same program without its keys: every history is a place of its own. */
export function unkeyed(program: Program): Program {
  function* body(run: Step<unknown>): Step<void> {
    for (let next = run.next(); !next.done; ) {
      next = run.next(announced.kind === OpKind.KEY ? 0 : yield);
    }
  }
  const threads = program.threads.map((thread) => ({ ...thread, body: () => body(thread.body()) }));
  return { ...program, threads };
}
