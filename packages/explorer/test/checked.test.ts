/** Checked mode: each broken promise of an author has a code, and what is right has none. */
import {
  atomic,
  awaitWord,
  CellTable,
  choose,
  cmpxchg,
  localKey,
  lock,
  type MemoryModelName,
  or,
  type Program,
  read,
  retry,
  type Step,
  unlock,
  write,
  xchg,
} from '@racewalk/core/step';
import { checkProgram, idleThreads } from '@racewalk/explorer';
import { expect, it, test } from 'vitest';
import { toProgram } from './brute/steps.js';
import { FLAVOURS, trialOf } from './brute/trial.js';

type Body = (w: Words) => Step<unknown>;
interface Words {
  readonly x: number;
  readonly y: number;
  readonly l: number;
}

/** A program of these threads on the words x and y and the lock l. */
function program(bodies: readonly Body[], more: Partial<Program> = {}): Program {
  const table = new CellTable();
  const words = {
    x: table.add({ name: 'x', initial: 0 }),
    y: table.add({ name: 'y', initial: 0 }),
    l: table.addLock('l'),
  };
  const threads = bodies.map((body, i) => ({ name: `t${i}`, body: () => body(words) }));
  return { name: 'p', cells: table.cells, locks: table.locks, memory: 'sc', threads, ...more };
}

/** What no type checker would let through, as JavaScript does. */
const wrong = <T>(value: unknown): T => value as T;

const stores: Body = function* ({ x, y }) {
  yield* write(x, 1);
  yield* write(y, 1);
  yield* write(x, 2);
};

let runs = 0;
let shared = 0;

const MISUSES: [what: string, code: string, message: RegExp, bodies: Body[], more?: Partial<Program>][] = [
  [
    'a body reads a word it does not list',
    'RACEWALK_UNDECLARED_READ',
    /t0, at 'looks', reads y/,
    [
      function* ({ x, y }) {
        yield* atomic([x], (mem, base) => mem[base + y]!, 'looks');
      },
      stores,
    ],
  ],
  [
    'a body writes a word it does not list',
    'RACEWALK_UNDECLARED_WRITE',
    /t0, at 'sets', writes y/,
    [
      function* ({ x, y }) {
        yield* atomic(
          [x],
          (mem, base) => {
            mem[base + y] = 1;
            return 0;
          },
          'sets',
        );
      },
    ],
  ],
  [
    'a body counts its runs',
    'RACEWALK_IMPURE',
    /not do the same twice/,
    [
      function* ({ x }) {
        yield* atomic([x], () => ++runs, 'counts');
      },
    ],
  ],
  [
    'a body stores a fraction',
    'RACEWALK_BAD_WORD',
    /stores 0\.5/,
    [
      function* ({ x }) {
        yield* atomic([x], (mem, base) => {
          mem[base + x] = 0.5;
          return 0;
        });
      },
    ],
  ],
  [
    'a thread counts its runs',
    'RACEWALK_HIDDEN_STATE',
    /depends on something that is no word/,
    [
      function* ({ x, y }) {
        if ((yield* read(x)) === 1) yield* write(y, ++runs);
      },
      stores,
    ],
  ],
  [
    'two threads share a variable',
    'RACEWALK_HIDDEN_STATE',
    /t1 depends on something/,
    [
      function* ({ x }) {
        yield* write(x, 1);
        shared = 1;
        yield* write(x, 2);
        shared = 0;
      },
      function* ({ y }) {
        yield* read(y);
        if (shared === 1) yield* write(y, 1);
      },
    ],
  ],
  [
    'a clock',
    'RACEWALK_HIDDEN_STATE',
    /Date\.now/,
    [
      function* ({ x }) {
        yield* write(x, Date.now() & 1);
      },
    ],
  ],
  [
    'yield* is missing in the middle',
    'RACEWALK_FORGOTTEN_YIELD',
    /t0 announces 'y = 1' and does not take it/,
    [
      function* ({ x, y }) {
        yield* write(x, 1);
        write(y, 1, 'y = 1');
        yield* read(x);
      },
    ],
  ],
  [
    'yield* is missing at the end',
    'RACEWALK_FORGOTTEN_YIELD',
    /announces 'y = 1'/,
    [
      function* ({ x, y }) {
        yield* write(x, 1);
        write(y, 1, 'y = 1');
      },
    ],
  ],
  [
    'yield* is missing everywhere',
    'RACEWALK_FORGOTTEN_YIELD',
    /announces a step/,
    [
      // biome-ignore lint/correctness/useYield: that is the mistake
      function* ({ x }) {
        write(x, 1);
      },
    ],
  ],
  [
    'two calls, then two yield*',
    'RACEWALK_FORGOTTEN_YIELD',
    /call and yield\* are two statements/,
    [
      function* ({ x, y }) {
        const [a, b] = [read(x), read(y)];
        yield* a;
        yield* b;
      },
    ],
  ],
  [
    'one call, two yield*',
    'RACEWALK_NO_STEP',
    /one step twice/,
    [
      function* ({ x }) {
        const a = write(x, 1);
        yield* a;
        yield* a;
      },
    ],
  ],
  [
    'yield without a star',
    'RACEWALK_NO_STEP',
    /without a star/,
    [
      function* ({ x }) {
        yield wrong(write(x, 1));
      },
    ],
  ],
  [
    'yield of a number',
    'RACEWALK_NO_STEP',
    /what is no step/,
    [
      function* () {
        yield wrong(5);
      },
    ],
  ],
  ...[undefined, 99, -1, 0.5, 'x', Number.NaN].map((cell): (typeof MISUSES)[number] => [
    `the word ${String(cell)}`,
    'RACEWALK_BAD_CELL',
    new RegExp(`uses the word ${String(cell)}`),
    [
      function* () {
        yield* write(wrong(cell), 1);
      },
    ],
  ]),
  [
    'a foreign word in an atomic step',
    'RACEWALK_BAD_CELL',
    /the word 99/,
    [
      function* ({ x }) {
        yield* atomic([x, 99], () => 0);
      },
    ],
  ],
  [
    'a guard that is not listed',
    'RACEWALK_BAD_CELL',
    /waits for y and does not list it/,
    [
      function* ({ x, y }) {
        yield* atomic([x], () => 0, 'guarded', { guard: y, test: (v) => v === 0 });
      },
    ],
  ],
  [
    'a guard without a test',
    'RACEWALK_BAD_CELL',
    /has no test/,
    [
      function* ({ x }) {
        yield* atomic([x], () => 0, 'guarded', { guard: x });
      },
    ],
  ],
  [
    'a retry of nothing',
    'RACEWALK_BAD_CELL',
    /waits for 0 words/,
    [
      function* () {
        yield* retry([], []);
      },
    ],
  ],
  ...[Number.NaN, 0.5, 2 ** 31, 'a', undefined, 1n].map((value): (typeof MISUSES)[number] => [
    `the value ${String(value)}`,
    'RACEWALK_BAD_WORD',
    /as a value/,
    [
      function* ({ x }) {
        yield* xchg(x, wrong(value));
      },
    ],
  ]),
  [
    'an async function',
    'RACEWALK_NO_GENERATOR',
    /t0 is an async function/,
    [(_) => wrong((async () => undefined)())],
  ],
  [
    'an async generator',
    'RACEWALK_NO_GENERATOR',
    /is an async function/,
    [
      (_) =>
        wrong(
          (async function* () {
            yield 1;
          })(),
        ),
    ],
  ],
  ['a plain function', 'RACEWALK_NO_GENERATOR', /no generator function/, [(_) => wrong(undefined)]],
  [
    'threads that are not alike',
    'RACEWALK_NOT_ALIKE',
    /t0, t1 are declared alike/,
    [
      function* ({ x }) {
        yield* xchg(x, 1);
      },
      function* ({ x }) {
        if ((yield* xchg(x, 2)) !== 0) return;
        yield* atomic([x], (_mem, _base, faults) => {
          faults.fail('BAD', '');
          return 0;
        });
      },
    ],
    { symmetric: [[0, 1]] },
  ],
  [
    'a key without a variable',
    'RACEWALK_INCOMPLETE_KEY',
    /localKey leaves out/,
    [
      function* ({ x, y }) {
        const want = yield* choose(2);
        yield* localKey(1);
        const seen = yield* awaitWord(x, (v) => v >= want + 1);
        yield* write(y, 10 * seen + want);
      },
      function* ({ x }) {
        yield* write(x, 1);
        yield* write(x, 2);
      },
    ],
  ],
];

const MODELS: readonly MemoryModelName[] = ['sc', 'tso'];

test.each(MISUSES)('%s', (_, code, message, bodies, more = {}) => {
  for (const memory of MODELS) {
    const flaw = checkProgram(program(bodies, more), { memory });
    expect([flaw?.code, flaw?.message]).toEqual([code, expect.stringMatching(message)]);
  }
});

it('says in whose file', () => {
  const flaw = checkProgram(
    program([
      function* ({ x, y }) {
        yield* write(x, 1);
        write(y, 1);
      },
    ]),
  );
  expect(flaw?.stack).toMatch(/checked\.test\.ts:\d+/);
});

it('finds threads without a step', () => {
  expect(idleThreads(program([stores, function* () {}]), 'sc')).toEqual(['t1']);
});

it('finds nothing wrong with races, deadlocks, exceptions and endless loops', () => {
  const fine: Body[] = [
    function* ({ x, y, l }) {
      yield* lock(l);
      const picked = yield* choose(40);
      yield* localKey(1, picked);
      yield* cmpxchg(y, 0, picked);
      yield* unlock(l);
      yield* atomic([x, y], (mem, base, faults) => {
        if (mem[base + x] === 3) faults.fail('BAD', 'a race');
        mem[base + x]!++;
        return 0;
      });
    },
    function* ({ x, y }) {
      yield* or(x, 2);
      if ((yield* read(y)) > 30) throw new RangeError('too large');
      yield* awaitWord(y, (v) => v > 30);
      for (;;) yield* read(x);
    },
  ];
  for (const memory of MODELS) expect(checkProgram(program(fine), { memory })).toBe(null);
});

test.each(FLAVOURS.map((flavour) => [flavour]))('finds nothing wrong with random programs, %s', (flavour) => {
  for (let number = 0; number < 5; number++) {
    const { code, order, keyed } = trialOf(number, [flavour]);
    expect([number, checkProgram(toProgram(code, order, undefined, keyed))]).toEqual([number, null]);
  }
});
