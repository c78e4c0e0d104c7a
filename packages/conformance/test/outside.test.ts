import { atomic, type Cell, read, type Step, write } from '@racewalk/core/step';
import type { Machine, World } from '@racewalk/machine';
import { defineScenario } from '@racewalk/mm';
import { toyArch, toySoft } from '@racewalk/toys';
import { expect, it } from 'vitest';
import { mergeReports, plan, type ReportCell, reportOf, runSuite } from '../src/matrix/index.js';
import { withoutOutside } from '../src/matrix/report/outside.js';

interface Words {
  readonly x: Cell;
  readonly y: Cell;
}

/** How often the agent has run, in this module: no word of memory. */
let runs = 0;

const counts = defineScenario<Words>({
  id: 'toy/counts-outside',
  title: 'An agent that counts its runs in the module',
  source: 'the suite itself',
  about: 'From its fourth run on it does something else.',
  invariants: ['DIRTY'],
  params: {},
  setup: (w: World): Words => ({ x: w.word('x'), y: w.word('y') }),
  agents: {
    reader: {
      cpu: 0,
      role: 'kernel',
      *run(_m: Machine, s: Words): Step<void> {
        runs++;
        yield* read(runs > 3 ? s.y : s.x, 'look');
      },
    },
    writer: {
      cpu: 1,
      role: 'kernel',
      *run(_m: Machine, s: Words): Step<void> {
        yield* write(s.y, 1, 'y');
        yield* write(s.x, 1, 'x');
      },
    },
  },
  mutants: {
    fails: {
      what: 'says that something is lost',
      breaks: 'DIRTY',
      why: 'it says so',
      agents: {
        reader: {
          cpu: 0,
          role: 'kernel',
          *run(_m: Machine, s: Words): Step<void> {
            yield* atomic(
              [s.x],
              (_mem, _base, faults) => {
                faults.fail('DIRTY', 'lost');
                return 0;
              },
              'fails',
            );
          },
        },
      },
    },
  },
});

it('what depends on something outside on one architecture has no verdict on another', async () => {
  runs = 0;
  const planned = plan([toyArch(), toySoft], [counts]);
  const whole = reportOf(await runSuite(planned, { checked: true }), { node: 'v20', cpus: 1 });
  const { cells } = whole;
  const of = (variant: string) => cells.filter((cell) => cell.variant === variant);
  expect(of('upstream').map(({ verdict }) => verdict)).toEqual(['error', 'error']);
  for (const { reason } of of('upstream')) expect(reason).toMatch(/^RACEWALK_HIDDEN_STATE: /);
  // Its mutant does not count.
  expect(of('mutant:fails').map(({ verdict, asExpected }) => [verdict, asExpected])).toEqual([
    ['violates', true],
    ['violates', true],
  ]);
  // Nor has it one that another part of the run came to.
  const [first, second] = cells.filter((cell) => cell.variant === 'upstream') as [ReportCell, ReportCell];
  const held: ReportCell = { ...second, verdict: 'holds', asExpected: true };
  const merged = mergeReports({ ...whole, cells: [first] }, { ...whole, cells: [held] });
  expect(merged.cells.map(({ verdict }) => verdict)).toEqual(['error', 'error']);
  expect(merged.summary.unexpected).toBe(2);
});

it('what one architecture shows takes the verdict from the others, whichever it is, and nothing else', () => {
  const cell = (arch: string, verdict: ReportCell['verdict'], variant = 'upstream', reason?: string) =>
    ({
      ...{ test: 't', arch, variant, verdict, expected: 'holds', asExpected: true },
      ...(verdict === 'violates' ? { invariant: 'UAF' } : {}),
      ...(reason === undefined ? {} : { reason }),
    }) as ReportCell;
  const shown = cell('a', 'error', 'upstream', 'RACEWALK_HIDDEN_STATE: a variable of the module');
  const cells = [
    shown,
    cell('b', 'holds'),
    cell('c', 'violates'),
    cell('d', 'bounded'),
    cell('e', 'not-applicable'),
    cell('b', 'holds', 'mutant:other'),
  ];
  const after = withoutOutside(cells);
  expect(after.map(({ verdict }) => verdict)).toEqual([
    'error',
    'error',
    'error',
    'bounded',
    'not-applicable',
    'holds',
  ]);
  for (const refused of after.slice(1, 3)) {
    expect(refused).toMatchObject({ asExpected: false, reason: expect.stringContaining('as a shows') });
    expect(refused).not.toHaveProperty('invariant');
  }
  // Another error takes nothing away.
  const other = [cell('a', 'error', 'upstream', 'it throws'), cell('b', 'holds')];
  expect(withoutOutside(other)).toEqual(other);
});
