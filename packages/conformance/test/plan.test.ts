import { RacewalkError } from '@racewalk/core';
import { defineBareScenario } from '@racewalk/machine';
import { toyArch, toyPlain, toySoft } from '@racewalk/toys';
import { describe, expect, it } from 'vitest';
import { globMatcher, idleOverrides, keyOf, plan, refOf } from '../src/matrix/index.js';
import { agrees } from '../src/matrix/plan/cell.js';
import { blocksOnly, zapVsStore } from './toy-races.js';

const toy = toyArch({
  mutants: [
    {
      name: 'forgets',
      what: 'forgets',
      tests: ['toy/zap-*'],
      breaks: 'DIRTY',
      why: 'nobody remembers',
      patch: {},
    },
  ],
});
const archs = [toy, toySoft, toyPlain];

const text = (filter = {}) =>
  plan(archs, [zapVsStore, blocksOnly], filter).cells.map(
    (c) => `${c.test} ${c.arch} ${c.variant}: ${c.expected}`,
  );

describe('plan', () => {
  it('derives what is expected from the scenario, its mutants and the plug-ins', () => {
    expect(text({ test: 'toy/zap*' })).toEqual([
      'toy/zap-vs-store toy upstream: holds',
      'toy/zap-vs-store toy-soft upstream: holds',
      'toy/zap-vs-store toy-plain upstream: holds',
      'toy/zap-vs-store toy mutant:read-then-clear: violates:DIRTY',
      'toy/zap-vs-store toy-soft mutant:read-then-clear: holds',
      'toy/zap-vs-store toy-plain mutant:read-then-clear: holds',
      'toy/zap-vs-store toy mutant:no-flush: violates:UAF',
      'toy/zap-vs-store toy-soft mutant:no-flush: violates:UAF',
      'toy/zap-vs-store toy-plain mutant:no-flush: violates:UAF',
      'toy/zap-vs-store toy mutant:forgets: violates:DIRTY',
      'toy/zap-vs-store toy-soft mutant:forgets: not-applicable',
      'toy/zap-vs-store toy-plain mutant:forgets: not-applicable',
    ]);
  });

  it('names the plug-ins that have the override which a mutant puts a bug into', () => {
    const second = toyArch({ id: 'second', mutants: toy.mutants ?? [] });
    const reasons = plan([toy, second, toySoft], [zapVsStore], { variant: 'mutant:forgets' }).cells.map(
      ({ arch, reason }) => [arch, reason],
    );
    expect(reasons.at(-1)).toEqual([
      'toy-soft',
      'puts a bug back into an override of toy and second, which toy-soft does not have',
    ]);
  });

  it('gives the reason of every cell that does not apply, or holds although it is a mutant', () => {
    for (const cell of plan(archs, [zapVsStore, blocksOnly]).cells) {
      if (cell.expected === 'not-applicable') expect(cell.reason).toBeTruthy();
      if (cell.expected === 'holds' && cell.variant !== 'upstream') expect(cell.reason).toBeTruthy();
    }
    const [cell] = plan(archs, [blocksOnly], { archs: ['toy-plain'] }).cells;
    expect(cell?.reason).toBe('needs contPte, which toy-plain does not have');
  });

  it('filters by architecture and variant', () => {
    expect(text({ archs: ['toy-soft'], variant: 'upstream', test: '*zap*' })).toEqual([
      'toy/zap-vs-store toy-soft upstream: holds',
    ]);
    expect(text({ variant: 'mutants' }).some((line) => line.includes('upstream'))).toBe(false);
    expect(text({ variant: 'no-flush' })).toEqual(text({ variant: 'mutant:no-flush' }));
  });

  it('has variants that must hold, in every size, and mutants that may break any of several invariants', () => {
    const { what, why, agents } = zapVsStore.mutants['no-flush']!;
    const change = { what, why, agents: agents! };
    const race = defineBareScenario({
      ...zapVsStore,
      holds: { 'flush-twice': { ...change, notApplicable: (a) => (a === toySoft ? 'soft' : null) } },
      mutants: { either: { ...change, breaks: ['UAF', 'DIRTY'] } },
    });
    const all = (filter: object) =>
      plan([toy, toySoft], [race], { test: race.id, ...filter }).cells.map(
        (c) => `${c.arch} ${c.variant}: ${c.expected} ${c.sizes.length}`,
      );
    const holds = ['toy holds:flush-twice: holds 2', 'toy-soft holds:flush-twice: not-applicable 2'];
    expect(all({ variant: 'holds' })).toEqual(holds);
    expect(all({ variant: 'flush-twice' })).toEqual(holds);
    expect(all({ variant: 'holds:flush-twice' })).toEqual(holds);
    expect(all({ variant: 'mutant:either' })).toEqual([
      'toy mutant:either: violates:UAF|DIRTY 1',
      'toy-soft mutant:either: violates:UAF|DIRTY 1',
    ]);
  });

  it.each([
    ['violates:UAF|DIRTY', 'violates', 'DIRTY', true],
    ['violates:UAF|DIRTY', 'violates', 'STALE', false],
    ['violates:UAF', 'holds', undefined, false],
    ['holds', 'holds', undefined, true],
    ['holds', 'violates', 'UAF', false],
    ['holds', 'bounded', undefined, false],
  ] as const)('%s: %s %s is as expected: %s', (expected, verdict, invariant, yes) => {
    expect(agrees(expected, { verdict, invariant })).toBe(yes);
  });

  it('shards without loss or overlap', () => {
    const parts = [1, 2, 3].map((index) => text({ shard: { index, count: 3 } }));
    expect(parts.flat().sort()).toEqual(text().sort());
  });

  it('shards by what cells cost: no shard has more than its share and one cell', () => {
    const costOf = ({ variant }: { readonly variant: string }) =>
      variant === 'upstream' ? 9 : variant.length;
    const costs = [1, 2, 3].map((index) =>
      plan(archs, [zapVsStore, blocksOnly], { shard: { index, count: 3 }, costOf })
        .cells.map(costOf)
        .reduce((a, b) => a + b, 0),
    );
    const all = plan(archs, [zapVsStore, blocksOnly]).cells.map(costOf);
    expect(costs.reduce((a, b) => a + b)).toBe(all.reduce((a, b) => a + b));
    expect(Math.max(...costs) - Math.min(...costs)).toBeLessThanOrEqual(Math.max(...all));
  });

  it('runs upstream with every size and mutants with the default', () => {
    const { cells } = plan([toy], [zapVsStore]);
    expect(cells.map((c) => c.sizes)).toEqual([
      [{ folded: false }, { folded: true }],
      ...cells.slice(1).map(() => [{ folded: false }]),
    ]);
  });

  it('objects to a mutant that nobody is expected to catch', () => {
    expect(plan(archs, [zapVsStore, blocksOnly]).problems).toEqual([]);
    expect(plan([toySoft, toyPlain], [zapVsStore]).problems).toEqual([
      'toy/zap-vs-store mutant:read-then-clear is caught on none of toy-soft, toy-plain',
    ]);
    // A race of the weak order is objected to where one of the plug-ins has it, and nothing is said where none has.
    const weak = Object.create(toyPlain, { memory: { value: 'weak' } }) as typeof toyPlain;
    const caughtNowhere = (...has: (typeof toyPlain)[]) =>
      plan(has, [{ ...zapVsStore, memory: 'weak' }]).problems.filter((p) => p.includes('caught on none'))
        .length;
    expect([caughtNowhere(toySoft, weak), caughtNowhere(toySoft, toyPlain)]).toEqual([1, 0]);
    // Which part of the matrix is run does not matter.
    expect(plan(archs, [zapVsStore], { archs: ['toy-soft'] }).problems).toEqual([]);
  });

  it('objects to override mutants without a test, and to names used twice', () => {
    expect(idleOverrides([toy], [zapVsStore])).toEqual([]);
    expect(idleOverrides([toy], [blocksOnly])).toEqual([
      'toy mutant:forgets names the test toy/zap-*, which does not exist',
    ]);
    expect(() => plan([toy, toy], [])).toThrow(RacewalkError);
    const clash = toyArch({ mutants: [{ ...toy.mutants![0]!, name: 'no-flush' }] });
    expect(() => plan([clash], [zapVsStore])).toThrow(/has the name of a mutant of toy\/zap-vs-store/);
  });
});

describe('releases of Linux', () => {
  const kernel = { file: 'mm/memory.c', functions: ['zap_pte_range'] };
  const ops = {
    release: '6.12',
    what: 'reads and stores',
    kernel: { file: 'include/linux/pgtable.h', functions: ['ptep_get', 'ptep_get_and_clear'] },
    known: 'nothing',
    outcomes: [
      { tests: ['toy/zap-*'], breaks: 'DIRTY', why: 'not one access', functions: ['ptep_get_and_clear'] },
    ],
    patch: {},
  } as const;
  const own = toyArch({ linux: [ops] });
  const late = { ...zapVsStore.mutants['no-flush']!, breaks: 'UAF' as const, kernel, known: 'a thread' };
  const differs = { ...zapVsStore, linux: { '6.12': 'upstream', '6.7+series': late } } as const;
  const cells = (filter = {}) => plan([own, toySoft], [differs], filter).cells;
  const lines = (filter = {}) => cells(filter).map((c) => `${c.arch} ${c.variant}: ${c.expected}`);

  it('are upstream where they do the same, but for plug-ins that have other bodies', () => {
    expect(cells({ variant: 'upstream' }).map((c) => [c.arch, c.linux])).toEqual([
      ['toy', undefined],
      ['toy-soft', ['6.12']],
    ]);
    expect(lines({ variant: 'linux:6.12' })).toEqual([
      'toy-soft upstream: holds',
      'toy linux:6.12: violates:DIRTY',
    ]);
  });

  it('say place and what is known', () => {
    const [first, second] = cells({ variant: 'linux:6.7+series' });
    expect(first).toMatchObject({ kernel: 'mm/memory.c: zap_pte_range()', known: 'a thread' });
    expect(second?.expected).toBe('violates:UAF');
    const [bodies] = cells({ variant: 'linux:6.12', archs: ['toy'] });
    expect(bodies).toMatchObject({
      kernel: 'include/linux/pgtable.h: ptep_get_and_clear()',
      known: 'nothing',
    });
  });

  it('say what differs: in the words of the race, else in those of the plug-in', () => {
    expect(cells({ variant: 'linux:6.7+series' }).map(({ what }) => what)).toEqual([late.what, late.what]);
    expect(cells({ variant: 'linux:6.12', archs: ['toy'] }).map(({ what }) => what)).toEqual([ops.what]);
    expect(cells({ variant: 'upstream', archs: ['toy'] })[0]).not.toHaveProperty('what');
  });

  it('are compared on some architectures only, or the same there, and the reason says which', () => {
    const of = (scenario: typeof zapVsStore, id: string) =>
      plan([own, toySoft, toyPlain], [scenario]).cells.find(
        ({ arch, variant }) => arch === id && variant === 'linux:6.12',
      );
    expect(of({ ...zapVsStore, linux: {} }, 'toy-plain')?.reason).toBe(
      'what Linux 6.12 does was compared on toy only',
    );
    expect(of(differs as unknown as typeof zapVsStore, 'toy-plain')?.reason).toBe(
      'Linux 6.12 does here what upstream does; only toy differ',
    );
  });

  it('are a group of their own, and no mutants', () => {
    expect(lines({ variant: 'linux' })).toEqual([
      'toy-soft upstream: holds',
      'toy linux:6.12: violates:DIRTY',
      'toy linux:6.7+series: violates:UAF',
      'toy-soft linux:6.7+series: violates:UAF',
    ]);
    expect(lines({ variant: 'mutants' }).some((line) => line.includes('linux'))).toBe(false);
    expect(lines().filter((line) => line.includes('not-applicable'))).toEqual([
      'toy-soft linux:6.12: not-applicable',
    ]);
  });

  it('hold in every size where they hold, and must break somewhere where they break', () => {
    const { breaks: _, ...harmless } = late;
    const [cell] = plan([own], [{ ...zapVsStore, linux: { '6.7': harmless } }], {
      variant: 'linux:6.7',
    }).cells;
    expect([cell?.expected, cell?.sizes.length]).toEqual(['holds', 2]);
    const never = { ...late, unless: () => 'no reason' };
    expect(plan([own], [{ ...zapVsStore, linux: { '6.7': never } }]).problems).toEqual([
      'toy/zap-vs-store linux:6.7 is caught on none of toy',
    ]);
  });

  it('are refused if they are no release, change nothing, or are there twice', () => {
    expect(() => defineBareScenario({ ...zapVsStore, linux: { next: 'upstream' } })).toThrow(
      /next is no release/,
    );
    const { patch: __, agents: ___, params: ____, ...nothing } = late;
    expect(() => defineBareScenario({ ...zapVsStore, linux: { '6.7': nothing } })).toThrow(
      /linux 6.7 changes nothing/,
    );
    expect(() => toyArch({ linux: [ops, ops] })).toThrow(/6.12 is there twice/);
    const odd = toyArch({ linux: [{ ...ops, release: 'v6' }] });
    expect(() => plan([odd], [zapVsStore])).toThrow(/v6 is no release/);
    expect(() => plan([odd], [zapVsStore])).toThrow(
      expect.objectContaining({ expected: expect.stringContaining('6.12, or 6.7-rc1+NAME') }),
    );
  });

  it('name tests that exist', () => {
    expect(idleOverrides([own], [blocksOnly])).toEqual([
      'toy linux:6.12 names the test toy/zap-*, which does not exist',
    ]);
  });
});

describe('patterns', () => {
  it.each([
    ['toy/*', 'toy/zap', true],
    ['toy/z?p', 'toy/zap', true],
    ['toy/zap', 'toy/zap-vs-store', false],
    ['a/b, toy/*', 'toy/zap', true],
    ['toy.zap', 'toy/zap', false],
    ['', 'toy/zap', false],
  ])('%s on %s', (pattern, name, expected) => {
    expect(globMatcher(pattern)(name)).toBe(expected);
  });
});

describe('parameters that are fixed', () => {
  const [cell] = plan(archs, [zapVsStore], { params: { block: 16, all: true } }).cells;

  it('are part of the reference and of the name', () => {
    expect(cell && refOf(cell)).toEqual({
      test: 'toy/zap-vs-store',
      arch: 'toy',
      variant: 'upstream',
      params: { block: 16, all: true },
    });
    expect(cell && keyOf(cell)).toBe('toy/zap-vs-store upstream toy all=true block=16');
  });

  it('hold in every size', () => {
    expect(cell?.sizes.every((size) => size.block === 16 && size.all === true)).toBe(true);
  });

  it('are absent by default, and so is their place in the reference', () => {
    const [plain] = plan(archs, [zapVsStore]).cells;
    expect(plain && Object.keys(refOf(plain))).toEqual(['test', 'arch', 'variant']);
  });
});
