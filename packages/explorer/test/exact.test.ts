import { expect, test } from 'vitest';
import { Automata, RestartSignal } from '../src/automaton/automata.js';
import { searchDpor } from '../src/dpor/search.js';
import { DporState } from '../src/dpor/state.js';
import { Machine } from '../src/memory/machine.js';
import { pathOf } from '../src/memory/path.js';
import { Tally } from '../src/tally.js';
import { enumerate, follow, isComplete, rulesFor } from './brute/enumerate.js';
import { type Flavour, randomCode } from './brute/random-code.js';
import { toProgram } from './brute/steps.js';
import { stateKey, traceKey } from './brute/world.js';

/** Larger programs than this many trace prefixes are left out. */
const LIMIT = 1500;

interface Found {
  readonly paths: number[][];
  readonly blocked: number;
}

function search(code: ReturnType<typeof randomCode>, memory: 'sc' | 'tso'): Found {
  let paths: number[][] = [];
  let m: Machine;
  const keep = (): void => {
    paths.push([...pathOf(m)]);
  };
  const auto = new Automata(toProgram(code, memory, keep), memory);
  auto.start();
  for (;;) {
    paths = [];
    m = new Machine(auto);
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
      expect(stop).toBe('exhausted');
      return { paths, blocked: tally.blocked };
    } catch (error) {
      if (!(error instanceof RestartSignal)) throw error;
    }
  }
}

function compare(seed: number, flavour: Flavour, tso: boolean): number {
  const code = randomCode(seed, flavour);
  const rules = rulesFor(code, tso, LIMIT);
  const all = rules === null ? null : enumerate(rules, LIMIT);
  if (rules === null || all === null) return 0;
  const found = search(code, tso ? 'tso' : 'sc');
  const traces = new Set<string>();
  const finals = new Set<string>();
  const deadlocks = new Set<string>();
  for (const path of found.paths) {
    const end = follow(rules, path);
    traces.add(traceKey(end));
    (isComplete(rules, end) ? finals : deadlocks).add(stateKey(end));
  }
  const name = `seed ${seed} ${flavour}${tso ? ' tso' : ''}`;
  expect([name, found.blocked, found.paths.length, traces.size]).toEqual([
    name,
    0,
    all.traces.size,
    all.traces.size,
  ]);
  expect(traces).toEqual(all.traces);
  expect(finals).toEqual(all.finals);
  expect(deadlocks).toEqual(all.deadlocks);
  return all.traces.size;
}

const PROGRAMS = Number(process.env['RACEWALK_PROGRAMS'] ?? 1000);
const START = Number(process.env['RACEWALK_SEED'] ?? 0);

test.each<[Flavour, boolean]>([
  ['mixed', false],
  ['locks', false],
  ['waits', false],
  ['atomics', false],
  ['ors', false],
  ['stores', true],
  ['mixed', true],
  ['waits', true],
  ['locks', true],
])('random programs, %s, tso %s: the executions are exactly the traces', (flavour, tso) => {
  let compared = 0;
  let traces = 0;
  for (let seed = START; compared < PROGRAMS; seed++) {
    const count = compare(seed, flavour, tso);
    traces += count;
    if (count > 0) compared++;
  }
  console.log(flavour, tso, compared, traces);
});
