import { atomic, CellTable, localKey, type Program, read, type Step, write } from '@racewalk/core/step';
import { expect, test } from 'vitest';
import { Automata } from '../src/program/automata.js';
import type { Reductions } from '../src/searches/stateful/search.js';
import { type Flavour, randomCode } from './brute/random-code.js';
import { difference, everyEnd, NOTHING_REDUCED, seen } from './brute/stateful.js';
import { toProgram } from './brute/steps.js';

const PROGRAMS = Number(process.env.RACEWALK_PROGRAMS ?? 100);
const START = Number(process.env.RACEWALK_SEED ?? 0);

const WAYS: readonly [string, Reductions][] = [
  ['everything', {}],
  ['no persistent sets', { persistent: false }],
  ['no sleep sets', { sleep: false }],
];

test.each<[Flavour, boolean]>([
  ['spins', false],
  ['mixed', false],
  ['atomics', false],
  ['async', false],
  ['machine', true],
  ['spins', true],
  ['stores', true],
])('random keyed programs, %s, tso %s: a reduction saves states and nothing else', (flavour, tso) => {
  const memory = tso ? 'tso' : 'sc';
  const wrong: string[] = [];
  const saved = { states: 0, of: 0, starts: 0 };
  for (let seed = START; seed < START + PROGRAMS; seed++) {
    const code = randomCode(seed, flavour);
    const auto = new Automata(toProgram(code, memory, everyEnd, true), memory);
    const all = seen(auto, NOTHING_REDUCED);
    if (all === null) continue;
    for (const [way, reductions] of WAYS) {
      const some = seen(auto, reductions)!;
      const what = difference(all, some) || (all.cyclic && !some.cyclic ? 'a cycle was missed' : '');
      if (what !== '') wrong.push(`seed ${seed}, ${way}: ${what}`);
      if (some.states > all.states)
        wrong.push(`seed ${seed}, ${way}: ${some.states} states of ${all.states}`);
      saved.states += some.states;
      saved.of += all.states;
      saved.starts = Math.max(saved.starts, some.starts);
    }
  }
  expect(saved.states).toBeLessThan(saved.of);
  // Whatever is learned late, a second search knows enough.
  expect(saved.starts).toBeLessThanOrEqual(3);
  expect(wrong).toEqual([]);
});

/** One thread asks a word of its own for ever; another breaks something in its third step. */
function spinning(): Program {
  const table = new CellTable();
  const idle = table.add({ name: 'idle', initial: 0 });
  const x = table.add({ name: 'x', initial: 0 });
  function* spin(): Step<void> {
    for (;;) {
      yield* localKey(1);
      if ((yield* read(idle)) !== 0) return;
      yield* read(idle);
    }
  }
  function* break_(): Step<void> {
    yield* write(x, 1);
    yield* write(x, 2);
    yield* atomic([x], (mem, base, faults) => {
      if (mem[base + x] === 2) faults.fail('TORN', 'two');
      return 0;
    });
  }
  return {
    name: 'spinning',
    cells: table.cells,
    memory: 'sc',
    threads: [
      { name: 'spin', body: spin, daemon: true },
      { name: 'break', body: break_ },
    ],
  };
}

test('spinning code keeps nobody out, but would without the rule on cycles', () => {
  for (const [, reductions] of WAYS) {
    const found = seen(new Automata(spinning(), 'sc'), reductions)!;
    expect(found).toMatchObject({ faults: new Set(['TORN two']), cyclic: true });
  }
  const lost = seen(new Automata(spinning(), 'sc'), { proviso: false })!;
  expect(lost.faults).toEqual(new Set());
});

test('without the rule on cycles random spinning programs lose end states', () => {
  let lost = 0;
  for (let seed = 0; seed < 200; seed++) {
    const auto = new Automata(toProgram(randomCode(seed, 'spins'), 'sc', everyEnd, true), 'sc');
    if (difference(seen(auto, NOTHING_REDUCED)!, seen(auto, { proviso: false })!) !== '') lost++;
  }
  expect(lost).toBeGreaterThan(0);
});
