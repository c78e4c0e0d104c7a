/** A race with functions in C in place of the machine's, before and after a change, as cells of the matrix. */
import { type MatrixCell, plan } from '@racewalk/conformance/matrix';
import type { ArchPlugin } from '@racewalk/core';
import { explore } from '@racewalk/explorer';
import type { Bodies } from '@racewalk/kernel-c';
import { buildScenario, type Mutant, type Scenario } from '@racewalk/machine';

/** A race on a plug-in, in both columns. */
export interface Row {
  readonly test: string;
  readonly plugin: ArchPlugin;
  readonly before: MatrixCell;
  readonly after: MatrixCell;
}

/** Schedules that are tried to see whether a race calls a function at all. */
const TRIES = 64;

const column = (what: string, patch: Bodies['patch']): Mutant<unknown> => ({
  what,
  breaks: 'LIVE',
  why: '',
  unless: () => 'a change must not break it',
  patch,
});

/** The race with both texts as variants. */
function withTexts(scenario: Scenario, before: Bodies | null, after: Bodies): Scenario {
  const mutants = {
    ...(before === null ? {} : { before: column('before', before.patch) }),
    after: column('after', after.patch),
  };
  return { ...scenario, mutants };
}

/** What is run on one plug-in. */
export interface Texts {
  readonly before: Bodies | null;
  readonly after: Bodies;
  /** The names that were called since the set was emptied. */
  readonly called: Set<string>;
}

/** Both columns of a race, or null if the race does not exist there, or calls none of the functions in its first schedules. */
export function rowOf(scenario: Scenario, plugin: ArchPlugin, { before, after, called }: Texts): Row | null {
  const changed = withTexts(scenario, before, after);
  const cell = (variant: string): MatrixCell | undefined =>
    plan([plugin], [changed], { variant }).cells.find(({ expected }) => expected !== 'not-applicable');
  const [first, second] = [cell(before === null ? 'upstream' : 'mutant:before'), cell('mutant:after')];
  if (first === undefined || second === undefined) return null;
  called.clear();
  for (const params of second.sizes) {
    const { program } = buildScenario(changed, plugin, 'mutant:after', params);
    for (const strategy of ['dpor', 'random'] as const) {
      explore(program, { strategy, seed: 1, bounds: { executions: TRIES } });
      if (called.size > 0) return { test: scenario.id, plugin, before: first, after: second };
    }
  }
  return null;
}
