import { explore } from '@racewalk/explorer';
import { expect, test } from 'vitest';
import { type TlbOptions, teardownTlb } from './models/teardown-tlb.js';

const CHEAP: TlbOptions = {};
const COMPLETIONS: TlbOptions = { completions: true };
const EVICTIONS: TlbOptions = { evictions: true };
const BOTH: TlbOptions = { completions: true, evictions: true };
const FILLS: TlbOptions = { fills: true };

/** Ends of all executions: what the software thread found and whether the walkers stored. */
function ends(n: number, w: number, options: TlbOptions): ReadonlySet<string> {
  const program = teardownTlb(n, w, options);
  const cells = [...program.cells.keys()].filter((cell) => !/^(tlb|asked)/.test(program.cells[cell]!.name));
  const found = new Set<string>();
  const report = explore(
    {
      ...program,
      final: (mem, base) => {
        found.add(cells.map((cell) => mem[base + cell]).join());
      },
    },
    { stopAtFirst: false },
  );
  expect(report).toMatchObject({ verdict: 'exhausted', blocked: 0 });
  return found;
}

test.each([
  [4, 80, 400],
  [8, 292, 1348],
])('T(%d,2) with TLBs: asynchronous completion costs no execution, evictions do', (n, cheap, evicting) => {
  const count = (options: TlbOptions) => {
    const { verdict, executions, blocked } = explore(teardownTlb(n, 2, options));
    return [verdict, executions, blocked];
  };
  expect(count(CHEAP)).toEqual(['exhausted', cheap, 0]);
  expect(count(COMPLETIONS)).toEqual(['exhausted', cheap, 0]);
  expect(count(EVICTIONS)).toEqual(['exhausted', evicting, 0]);
  expect(count(BOTH)).toEqual(['exhausted', evicting, 0]);
});

test.each([
  [4, 2],
  [8, 2],
])('T(%d,%d) with TLBs ends the same with agents and without', (n, w) => {
  const cheap = ends(n, w, CHEAP);
  for (const options of [COMPLETIONS, EVICTIONS, BOTH]) expect(ends(n, w, options)).toEqual(cheap);
});

test('fills that nobody asked for are seen in access flags only', () => {
  expect(explore(teardownTlb(3, 1, FILLS))).toMatchObject({ verdict: 'exhausted', blocked: 0 });
  const dirtyOnly = (all: ReadonlySet<string>): ReadonlySet<string> =>
    new Set([...all].map((words) => words.replaceAll('2', '0').replaceAll('6', '4')));
  expect(dirtyOnly(ends(3, 1, FILLS))).toEqual(dirtyOnly(ends(3, 1, CHEAP)));
});

test.each(['no-flush', 'early-free'] as const)('%s is found in every form', (mutant) => {
  for (const options of [CHEAP, COMPLETIONS, EVICTIONS, BOTH, FILLS]) {
    const report = explore(teardownTlb(4, 2, { ...options, mutant }));
    expect(report.verdict === 'counterexample' && report.counterexample.code).toBe('UAF');
  }
});
