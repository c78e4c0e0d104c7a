import {
  atomic,
  awaitWord,
  CellTable,
  choose,
  fence,
  localKey,
  lock,
  type Program,
  read,
  retry,
  type Step,
  unlock,
  write,
} from '@racewalk/core/step';
import { explore, type Report, replay, type Strategy } from '@racewalk/explorer';
import { describe, expect, test } from 'vitest';
import { flags } from './models/flags.js';
import { teardown } from './models/teardown.js';

function program(
  table: CellTable,
  bodies: Record<string, () => Step<unknown>>,
  rest: Partial<Program> = {},
): Program {
  return {
    name: 'test',
    cells: table.cells,
    locks: table.locks,
    memory: 'sc',
    threads: Object.entries(bodies).map(([name, body]) => ({ name, body })),
    ...rest,
  };
}

function counterexampleOf(report: Report) {
  if (report.verdict !== 'counterexample') throw new Error(`verdict ${report.verdict}`);
  return report.counterexample;
}

describe('deadlock and livelock', () => {
  test('two locks in opposite order: who waits for whom', () => {
    const table = new CellTable();
    const a = table.addLock('ptl');
    const b = table.addLock('mmap_lock');
    const both = (x: number, y: number) =>
      function* (): Step<void> {
        yield* lock(x);
        yield* lock(y);
        yield* unlock(y);
        yield* unlock(x);
      };
    const deadly = program(table, { zap: both(a, b), fault: both(b, a) });
    const found = counterexampleOf(explore(deadly));
    expect(found.code).toBe('LIVE');
    expect(found.message).toBe(
      'nobody can go on: zap waits for mmap_lock (lock), held by fault; fault waits for ptl (lock), held by zap',
    );
    const recording = replay(deadly, found.path);
    expect(recording.fault).toMatchObject({ code: 'LIVE', message: found.message });
    expect(recording.waiting).toEqual([
      { thread: 0, label: 'lock', cell: 'mmap_lock', owner: 1 },
      { thread: 1, label: 'lock', cell: 'ptl', owner: 0 },
    ]);
    const all = explore(deadly, { stopAtFirst: false });
    expect(all).toMatchObject({ verdict: 'exhausted', deadlocks: 1 });
  });

  test('a retry that nobody ends', () => {
    const table = new CellTable();
    const x = table.add({ name: 'x', initial: 0 });
    const spin = program(table, {
      *reader() {
        while ((yield* read(x)) === 0) yield* retry([x], [0]);
      },
    });
    expect(counterexampleOf(explore(spin))).toMatchObject({
      code: 'LIVE',
      message: 'nobody can go on: reader waits for x (retry)',
    });
  });

  test('two threads that undo each other for ever', () => {
    const table = new CellTable();
    const x = table.add({ name: 'x', initial: 0 });
    const flip = (mine: number) =>
      function* (): Step<void> {
        for (;;) {
          yield* localKey(mine);
          yield* write(x, mine);
        }
      };
    const found = counterexampleOf(
      explore(program(table, { a: flip(1), b: flip(2) }), { bounds: { steps: 2000 } }),
    );
    expect(found).toMatchObject({ code: 'LIVE', message: 'the same state comes back for ever: a livelock' });
    expect(replay(program(table, { a: flip(1), b: flip(2) }), found.path).fault).toMatchObject({
      code: 'LIVE',
    });
  });

  test('a daemon may wait for ever', () => {
    const table = new CellTable();
    const x = table.add({ name: 'x', initial: 0 });
    const served = program(
      table,
      {},
      {
        threads: [
          { name: 'worker', body: () => write(x, 1) },
          { name: 'server', daemon: true, body: () => awaitWord(x, (v) => v === 2) },
        ],
      },
    );
    expect(explore(served)).toMatchObject({ verdict: 'exhausted', executions: 1, deadlocks: 0 });
  });

  test('releasing a lock that is not held, and leaving one behind', () => {
    const table = new CellTable();
    const ptl = table.addLock('ptl');
    const wrong = program(table, { zap: () => unlock(ptl) });
    expect(counterexampleOf(explore(wrong)).message).toBe('zap releases ptl, which nobody holds');
    const left = program(table, { zap: () => lock(ptl) });
    expect(counterexampleOf(explore(left)).message).toBe('zap ended holding ptl');
  });
});

describe('operation code that misbehaves', () => {
  test('an exception is a fault with its text', () => {
    const table = new CellTable();
    const x = table.add({ name: 'x', initial: 0 });
    const throwing = program(table, {
      *reader() {
        if ((yield* read(x)) === 1) throw new TypeError('one');
      },
      *writer() {
        yield* write(x, 1);
      },
    });
    const found = counterexampleOf(explore(throwing));
    expect(found).toMatchObject({ code: 'THROW', message: 'reader threw TypeError: one' });
    expect(replay(throwing, found.path).fault).toMatchObject({ code: 'THROW', message: found.message });
  });

  test.each<[string, () => number]>([
    ['Math.random()', () => Math.random()],
    ['setTimeout()', () => Number(setTimeout(() => undefined, 0))],
    ['queueMicrotask()', () => Number(queueMicrotask(() => undefined))],
    ['Date.now()', () => Date.now()],
    ['new Date()', () => new Date().toISOString().length],
    ['performance.now()', () => performance.now()],
  ])('%s is trapped', (name, ask) => {
    const table = new CellTable();
    const x = table.add({ name: 'x', initial: 0 });
    const report = explore(
      program(table, {
        *reader() {
          yield* read(x);
          yield* write(x, ask());
        },
      }),
    );
    expect(report).toMatchObject({ verdict: 'nondeterministic', detail: `operation code called ${name}` });
    expect(Math.random()).toBeLessThan(1);
    expect(new Date()).toBeInstanceOf(Date);
  });

  test('state kept from one run to the next is noticed', () => {
    const table = new CellTable();
    const x = table.add({ name: 'x', initial: 0 });
    let runs = 0;
    const report = explore(
      program(table, {
        *writer() {
          yield* write(x, ++runs);
        },
      }),
    );
    expect(report).toMatchObject({ verdict: 'nondeterministic' });
    if (report.verdict === 'nondeterministic') expect(report.detail).toContain('writer');
  });

  test('a wrong key is noticed where two histories part', () => {
    const table = new CellTable();
    const x = table.add({ name: 'x', initial: 0 });
    const y = table.add({ name: 'y', initial: 0 });
    const report = explore(
      program(table, {
        *liar() {
          const v = yield* read(x);
          yield* localKey(1);
          yield* write(v === 0 ? x : y, 1, 'store');
        },
        *writer() {
          yield* write(x, 1);
        },
      }),
    );
    expect(report).toMatchObject({ verdict: 'nondeterministic' });
    if (report.verdict === 'nondeterministic') expect(report.detail).toContain('liar');
  });
});

describe('bounds', () => {
  test('executions, and going on from there', () => {
    const report = explore(flags(4), { bounds: { executions: 100 } });
    expect(report).toMatchObject({ verdict: 'bounded', bound: 'executions', executions: 100 });
  });

  test('time', () => {
    const report = explore(flags(7), { bounds: { ms: 30 } });
    expect(report).toMatchObject({ verdict: 'bounded', bound: 'ms' });
    expect(report.ms).toBeLessThan(2000);
  });

  test('steps of one execution', () => {
    const table = new CellTable();
    const x = table.add({ name: 'x', initial: 0 });
    const endless = program(table, {
      *spin() {
        for (;;) yield* read(x);
      },
    });
    expect(explore(endless, { bounds: { steps: 100 } })).toMatchObject({
      verdict: 'bounded',
      bound: 'steps',
    });
  });

  test('preemptions', () => {
    const buggy = teardown(4, 1, { buggy: true });
    expect(explore(buggy, { bounds: { preemptions: 0 } })).toMatchObject({
      verdict: 'bounded',
      bound: 'preemptions',
    });
    const report = explore(buggy, { bounds: { preemptions: 1 } });
    expect(counterexampleOf(report)).toMatchObject({ code: 'DIRTY', preemptions: 1 });
    expect(explore(teardown(4, 1), { bounds: { preemptions: 2 } })).toMatchObject({
      verdict: 'bounded',
      bound: 'preemptions',
    });
  });

  test('a preemption bound needs the state search', () => {
    expect(() => explore(flags(2), { strategy: 'dpor', bounds: { preemptions: 1 } })).toThrow(
      'preemption bound',
    );
  });

  test('stateful with a preemption bound is the state search that counts them', () => {
    const bounds = { preemptions: 1 };
    const [asAtThePrompt, byName] = (['stateful', 'bfs'] as const).map((strategy) => {
      const { verdict, executions, steps, states } = explore(teardown(4, 1), { strategy, bounds });
      return { verdict, executions, steps, states };
    });
    expect(asAtThePrompt).toEqual(byName);
  });
});

describe('strategies', () => {
  test.each<Strategy>(['dpor', 'stateful', 'random', 'pct', 'bfs'])(
    '%s finds the lost dirty bit',
    (strategy) => {
      for (const [n, w] of [
        [4, 1],
        [8, 2],
      ] as const) {
        const buggy = teardown(n, w, { buggy: true });
        const found = counterexampleOf(explore(buggy, { strategy }));
        expect(found.code).toBe('DIRTY');
        const recording = replay(buggy, found.path);
        expect(recording.fault).toMatchObject({ code: 'DIRTY', message: found.message });
        expect(recording.divergence).toBeUndefined();
      }
    },
  );

  test('dpor needs two executions for it', () => {
    expect(explore(teardown(16, 1, { buggy: true })).executions).toBeLessThanOrEqual(3);
  });

  test('the state search counts the keyed states of F', () => {
    expect(explore(flags(5), { strategy: 'bfs' })).toMatchObject({ verdict: 'exhausted', executions: 1 });
  });

  test('random search ends at its bound and repeats itself', () => {
    const options = { strategy: 'random', seed: 7, bounds: { executions: 50 } } as const;
    const one = explore(flags(4), options);
    expect(one).toMatchObject({ verdict: 'bounded', bound: 'executions', executions: 50 });
    expect(explore(flags(4), options).steps).toBe(one.steps);
  });
});

describe('memory models', () => {
  /** Store buffering: can both threads read 0? */
  function storeBuffering(fenced: boolean): Program {
    const table = new CellTable();
    const cells = [table.add({ name: 'x', initial: 0 }), table.add({ name: 'y', initial: 0 })];
    const seen = [table.add({ name: 'r0', initial: 9 }), table.add({ name: 'r1', initial: 9 })];
    const body = (self: 0 | 1) =>
      function* (): Step<void> {
        yield* write(cells[self]!, 1);
        if (fenced) yield* fence();
        const value = yield* read(cells[1 - self]!);
        yield* atomic([seen[self]!], (mem, base) => {
          mem[base + seen[self]!] = value;
          return 0;
        });
      };
    return program(
      table,
      { left: body(0), right: body(1) },
      {
        final(mem, base, faults) {
          if (mem[base + seen[0]!] === 0 && mem[base + seen[1]!] === 0) faults.fail('TORN', 'both read 0');
        },
      },
    );
  }

  test('both loads may pass the stores under TSO, not under SC, not past a fence', () => {
    expect(explore(storeBuffering(false), { memory: 'sc' }).verdict).toBe('exhausted');
    expect(explore(storeBuffering(true), { memory: 'tso' }).verdict).toBe('exhausted');
    const weak = storeBuffering(false);
    for (const strategy of ['dpor', 'stateful', 'bfs', 'pct', 'random'] as const) {
      const found = counterexampleOf(explore(weak, { memory: 'tso', strategy }));
      const recording = replay(weak, found.path, { memory: 'tso' });
      expect(recording.fault).toMatchObject({ code: 'TORN' });
      expect(recording.steps.some((step) => step.flusher)).toBe(true);
    }
  });

  test('a locked walk goes past the store buffer', () => {
    const table = new CellTable();
    const x = table.add({ name: 'x', initial: 0 });
    const seen = table.add({ name: 'seen', initial: 9 });
    const walk = program(
      table,
      {
        *cpu() {
          yield* write(x, 1);
          yield* atomic([x, seen], (mem, base) => (mem[base + seen] = mem[base + x]!), 'walk', {
            locked: false,
          });
        },
      },
      {
        final(mem, base, faults) {
          if (mem[base + seen] === 0) faults.fail('STALE', 'the walk missed the store');
        },
      },
    );
    expect(explore(walk, { memory: 'tso' }).verdict).toBe('counterexample');
    expect(explore(walk, { memory: 'sc' }).verdict).toBe('exhausted');
  });
});

test('a choice of one thread multiplies nothing but itself', () => {
  const table = new CellTable();
  const x = table.add({ name: 'x', initial: 0 });
  const report = explore(
    program(table, {
      *a() {
        yield* choose(3);
        yield* choose(2);
      },
      *b() {
        yield* write(x, 1);
      },
    }),
  );
  expect(report).toMatchObject({ verdict: 'exhausted', executions: 6, blocked: 0 });
});
