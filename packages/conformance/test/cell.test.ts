import { choose, write } from '@racewalk/core/step';
import type { Params, Scenario } from '@racewalk/machine';
import { defineScenario } from '@racewalk/mm';
import { toyArch, toyPlain, toySoft } from '@racewalk/toys';
import { decodeToken } from '@racewalk/trace';
import { describe, expect, it } from 'vitest';
import { assertCell } from '../src/index.js';
import {
  type MatrixCell,
  plan,
  replayToken,
  reportCell,
  reportOf,
  runCell,
  runSuite,
  shrinkToken,
} from '../src/matrix/index.js';
import { zapVsStore } from './toy-races.js';

const archs = [toyArch(), toySoft, toyPlain];

function cellOf(scenario: Scenario, arch: string, variant = 'upstream'): MatrixCell {
  const [cell] = plan(archs, [scenario], { archs: [arch], variant }).cells;
  if (cell === undefined) throw new Error('no such cell');
  return cell;
}

/** A scenario of one agent that takes steps on one word. */
const solo = (id: string, run: (cell: number) => Generator<undefined, void, number>): Scenario =>
  defineScenario<number>({
    id,
    title: id,
    source: 'the suite itself',
    about: '',
    invariants: [],
    params: {},
    setup: (w) => w.word('word'),
    agents: { one: { cpu: 0, role: 'kernel', run: (_m, cell) => run(cell) } },
    mutants: {
      none: {
        what: '',
        breaks: 'LIVE',
        why: '',
        agents: { one: { cpu: 0, role: 'kernel', run: (_m, cell) => run(cell) } },
      },
    },
  });

describe('runCell', () => {
  it('pins the executions of every toy race', async () => {
    const { results } = await runSuite(plan(archs, [zapVsStore]));
    expect(
      results.map((r) => [
        r.cell.arch,
        r.cell.variant,
        r.verdict,
        r.invariant ?? '',
        r.executions,
        r.blocked,
      ]),
    ).toMatchSnapshot();
    expect(results.every((r) => r.asExpected)).toBe(true);
  });

  it('records the counterexample, shortened, with a token that replays it', async () => {
    const result = await runCell(cellOf(zapVsStore, 'toy', 'mutant:read-then-clear'));
    expect(result).toMatchObject({ verdict: 'violates', invariant: 'DIRTY', asExpected: true });
    const { trace, token } = result;
    expect(trace?.fault?.code).toBe('DIRTY');
    expect(trace?.stats.preemptions).toBe(1);
    expect(trace?.params).toEqual({ folded: false });
    const again = replayToken(decodeToken(token ?? ''), { scenario: zapVsStore, plugin: toyArch() });
    expect(again.events).toEqual(trace?.events);
    expect(again.token).toBe(token);
    expect(again.stats.preemptions).toBe(trace?.stats.preemptions);
    // Each step of an agent has its place in the sources.
    const places = trace?.events.map(({ at }) => at?.file) ?? [];
    expect(places.filter((file) => /toy-races\.ts$/.test(file ?? '')).length).toBeGreaterThan(0);
  });

  it('says which steps the fault needs, if that is asked for, and not otherwise', async () => {
    const cell = cellOf(zapVsStore, 'toy', 'mutant:read-then-clear');
    const { trace } = await runCell(cell, { causes: true });
    expect(trace?.causes?.chain?.length).toBeGreaterThan(1);
    for (const causes of [false, undefined]) {
      const plain = await runCell(cell, causes === undefined ? {} : { causes });
      expect(plain.trace).not.toHaveProperty('causes');
    }
  });

  it('is not fooled by another invariant than the one named', async () => {
    const cell = { ...cellOf(zapVsStore, 'toy', 'mutant:no-flush'), expected: 'violates:DIRTY' as const };
    expect(await runCell(cell)).toMatchObject({ verdict: 'violates', invariant: 'UAF', asExpected: false });
  });

  it('says of a mutant that is not caught what it changes, and why that should break', async () => {
    // Where no hardware sets dirty, nothing can come between the read and the store.
    const { reason: _, ...planned } = cellOf(zapVsStore, 'toy-soft', 'mutant:read-then-clear');
    const cell = { ...planned, expected: 'violates:DIRTY' as const, reason: 'the hardware may set dirty' };
    const says =
      /read the entry, then store zero\. It should break DIRTY, because the hardware may set dirty\. Either/;
    await expect(assertCell(cell)).rejects.toThrow(says);
    expect(reportCell(await runCell(cell)).reason).toMatch(says);
  });

  it('never calls bounded a success', async () => {
    const result = await runCell(cellOf(zapVsStore, 'toy'), { executions: 2 });
    expect(result).toMatchObject({ verdict: 'bounded', bound: 'executions', asExpected: false });
  });

  it('remembers a size that was bounded when a later one holds', async () => {
    const scenario: Scenario = {
      ...solo('toy/large-then-small', function* () {}),
      params: { coins: 3 },
      sizes: [{ coins: 1 }],
      setup: (w) => w.params.coins,
      agents: {
        one: {
          cpu: 0,
          role: 'kernel',
          *run(_m, coins: number) {
            for (let i = 0; i < coins; i++) yield* choose(2, 'coin');
          },
        },
      },
    };
    const cell = cellOf(scenario, 'toy');
    expect(cell.sizes).toEqual([{ coins: 3 }, { coins: 1 }]);
    expect(await runCell(cell)).toMatchObject({ verdict: 'holds', executions: 8 + 2 });
    const bounded = await runCell(cell, { executions: 4 });
    expect(bounded).toMatchObject({ verdict: 'bounded', bound: 'executions', asExpected: false });
    // The later size was run all the same: it might have been broken.
    expect(bounded.executions).toBe(4 + 2);
  });

  it('runs all further sizes, and a mutant in its first size only', async () => {
    const sizes: Params[] = [{ folded: true }, { folded: false, more: 1 }, { folded: true, more: 1 }];
    const scenario: Scenario = { ...zapVsStore, sizes };
    expect(cellOf(scenario, 'toy').sizes).toEqual([{ folded: false }, ...sizes]);
    expect(cellOf(scenario, 'toy', 'mutant:no-flush').sizes).toEqual([{ folded: false }]);
  });

  it('reports operation code that throws, with the schedule that led there', async () => {
    const scenario = solo('toy/throws', function* (cell) {
      yield* write(cell, 1, 'set');
      throw new RangeError('out of the table');
    });
    const result = await runCell(cellOf(scenario, 'toy'));
    expect(result.verdict).toBe('error');
    expect(result.detail).toContain('out of the table');
    expect(result.trace?.events).toHaveLength(1);
  });

  it('names code and advice where the author of the race is at fault', async () => {
    const scenario = solo('toy/too-many', function* () {
      yield* choose(4097, 'coin');
    });
    const { verdict, detail } = await runCell(cellOf(scenario, 'toy'));
    expect([verdict, detail]).toEqual([
      'error',
      expect.stringMatching(/RACEWALK_OUTSIDE: choose\(4097\): 1 to 4096 alternatives \(.*\)$/),
    ]);
  });

  it('reports operation code that does not behave the same twice', async () => {
    let turn = 0;
    const scenario = solo('toy/moody', function* (cell) {
      yield* write(cell, turn++, 'set');
      yield* choose(2, 'coin');
    });
    expect(await runCell(cellOf(scenario, 'toy'))).toMatchObject({
      verdict: 'nondeterministic',
      asExpected: false,
    });
  });

  it('stops when it is told to', async () => {
    const signal = { aborted: true };
    await expect(runCell(cellOf(zapVsStore, 'toy'), { signal })).rejects.toThrow('interrupted');
    const suite = await runSuite(plan(archs, [zapVsStore]), { signal });
    expect(suite).toMatchObject({ interrupted: true, results: [] });
  });
});

describe('runSuite', () => {
  it('says where the race holds, in the trace of every counterexample', async () => {
    const suite = await runSuite(plan(archs, [zapVsStore], { variant: 'read-then-clear' }));
    const { cells } = reportOf(suite, { node: 'v20', cpus: 1 });
    expect(cells[0]?.trace?.hints).toContain('the same race holds on toy-soft and toy-plain');
  });

  it('tells how far it is', async () => {
    const seen: string[] = [];
    await runSuite(plan(archs, [zapVsStore], { archs: ['toy'] }), {
      onCell: (result) => seen.push(result.cell.variant),
      onProgress: ({ done, cells, remaining }) => {
        expect(done).toBeLessThanOrEqual(cells);
        expect(remaining === null).toBe(done === 0);
      },
    });
    expect(seen).toEqual(['upstream', 'mutant:read-then-clear', 'mutant:no-flush']);
  });
});

describe('a token', () => {
  const scenario = zapVsStore;
  const tokenOf = async () => {
    const { token } = await runCell(cellOf(scenario, 'toy', 'mutant:read-then-clear'), { shrinkStates: 0 });
    return decodeToken(token ?? '');
  };

  it('can be made shorter', async () => {
    const token = await tokenOf();
    const short = shrinkToken(token, { scenario, plugin: toyArch() });
    expect(short.fault?.code).toBe('DIRTY');
    expect(short.stats.steps).toBeLessThanOrEqual(
      replayToken(token, { scenario, plugin: toyArch() }).stats.steps,
    );
  });

  it('of changed code names the first step that differs, and runs nothing else', async () => {
    const token = await tokenOf();
    const { mutants } = scenario;
    const changed: Scenario = {
      ...scenario,
      mutants: { ...mutants, 'read-then-clear': { ...mutants['read-then-clear']!, patch: {} } },
    };
    expect(() => replayToken(token, { scenario: changed, plugin: toyArch() })).toThrow(
      /changed since .*: step \d+ differs, it is now "(zap|user|kernel|store)/,
    );
    const moved = { ...token, path: token.path.slice(0, -1) };
    expect(() => replayToken(moved, { scenario, plugin: toyArch() })).toThrow(
      /step \d+ differs|end differently/,
    );
    const agents = { ...scenario.agents, idle: { cpu: 0, role: 'kernel' as const, *run() {} } };
    const larger: Scenario = { ...scenario, agents };
    expect(() => replayToken(token, { scenario: larger, plugin: toyArch() })).toThrow(/its agents differ/);
  });

  it('does not mind changes that its schedule cannot see', async () => {
    const token = await tokenOf();
    const setup: Scenario['setup'] = (w) => {
      const state: unknown = scenario.setup(w);
      w.word('extra');
      return state;
    };
    const larger: Scenario = { ...scenario, setup };
    expect(replayToken(token, { scenario: larger, plugin: toyArch() }).fault?.code).toBe('DIRTY');
  });

  it('of an unknown variant or memory model is refused', async () => {
    const token = await tokenOf();
    const parts = { scenario, plugin: toyArch() };
    expect(() => replayToken({ ...token, variant: 'mutant:nothing' }, parts)).toThrow(/has no variant/);
    const other = { ...token, memory: 'rmo' as 'sc' };
    expect(() => replayToken(other, parts)).toThrow(/not yet modelled/);
  });
});
