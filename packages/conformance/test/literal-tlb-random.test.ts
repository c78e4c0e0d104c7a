/** Random small programs: with the machine's TLB and with a literal one the same invariants break, and the same ends are reached. */
import { type InvariantCode, pteById } from '@racewalk/core';
import type { Cell, FaultSink, Word } from '@racewalk/core/step';
import { explore } from '@racewalk/explorer';
import { type BuiltScenario, describePte, type Observer } from '@racewalk/machine';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { built, CHANGES, FLUSHES, type Small } from './literal-tlb/random.js';

/** Repeats a run; `RACEWALK_FC_SEED` and `RACEWALK_FC_RUNS` try other programs. */
const SEED = Number(process.env.RACEWALK_FC_SEED ?? 10);
const RUNS = Number(process.env.RACEWALK_FC_RUNS ?? 12);
const CODES: readonly InvariantCode[] = ['UAF', 'STALE', 'PERM'];

/** Observers that note what breaks and let the program go on. */
function notes(observers: readonly Observer[]): ReadonlySet<string> {
  const broken = new Set<string>();
  const sink: FaultSink = { fail: (code) => broken.add(code) };
  const hooked = observers as unknown as Partial<Record<string, (...args: unknown[]) => unknown>>[];
  for (const observer of hooked) {
    for (const hook of ['use', 'free', 'complete', 'end', 'entryWrite'] as const) {
      const own = observer[hook];
      if (own !== undefined) observer[hook] = (...args) => own.apply(observer, [...args.slice(0, -1), sink]);
    }
  }
  return broken;
}

/** What breaks in some execution, and the ends of all: entry, frames, how each access ended. */
function outcome({ program, world }: BuiltScenario) {
  const broken = notes(world.observers);
  const ends = new Set<string>();
  const entries = new Set(world.tables.flatMap((t) => t.entries.map((p) => p.cell)));
  const tlbs = new Set(world.tlbs.all());
  const shown = program.cells.flatMap(({ name, ghost }, cell) =>
    ghost === true || tlbs.has(cell) || name.startsWith('walk ') ? [] : [{ name, cell }],
  );
  const text = (cell: Cell, value: Word): string =>
    entries.has(cell) ? describePte(world.arch, pteById(value)) : String(value);
  const final: typeof program.final = (mem, base, faults) => {
    program.final?.(mem, base, faults);
    ends.add(shown.map(({ name, cell }) => `${name}: ${text(cell, mem[base + cell] ?? 0)}`).join('; '));
  };
  const options = { strategy: 'stateful', stopAtFirst: false, checkDeterminism: false } as const;
  const { verdict, states } = explore({ ...program, final }, options);
  return { verdict, states, broken: [...broken].sort(), ends: [...ends].sort() };
}

const small: fc.Arbitrary<Small> = fc.record({
  write: fc.boolean(),
  kernel: fc.array(fc.record({ change: fc.constantFrom(...CHANGES), flush: fc.constantFrom(...FLUSHES) }), {
    minLength: 1,
    maxLength: 2,
  }),
  frees: fc.constantFrom('no', 'before', 'after'),
  promises: fc.constantFrom('nothing', 'unmapped', 'read-only'),
  accesses: fc.array(fc.constantFrom('load', 'store'), { minLength: 1, maxLength: 2 }),
});

describe('a TLB without agents', () => {
  const found: string[] = [];

  it('comes to what a literal one comes to, in random programs', () => {
    fc.assert(
      fc.property(small, (program) => {
        const [machine, literal] = [false, true].map((form) => outcome(built(program, form, CODES)));
        expect({ ...machine, states: 0 }).toEqual({ ...literal, states: 0 });
        expect(machine?.verdict).toBe('exhausted');
        found.push(...(machine?.broken.length === 0 ? ['nothing'] : (machine?.broken ?? [])));
      }),
      { numRuns: RUNS, seed: SEED },
    );
  });

  it('of which some break nothing, and each invariant is broken by one', () => {
    expect([...new Set(found)].sort()).toEqual(['PERM', 'STALE', 'UAF', 'nothing']);
  });
});
