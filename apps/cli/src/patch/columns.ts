/** A race with functions in C in place of the machine's, before and after a change, as cells of the matrix. */
import { type MatrixCell, plan } from '@racewalk/conformance/matrix';
import type { ArchPlugin } from '@racewalk/core';
import { explore } from '@racewalk/explorer';
import type { Bodies } from '@racewalk/kernel-c';
import { buildScenario, type Mutant, type Scenario } from '@racewalk/machine';

/** What a variant changes. */
type Change = Pick<Mutant<unknown>, 'agents' | 'params' | 'patch' | 'within' | 'only'>;

/** A race on a plug-in, in both columns. */
export interface Row {
  readonly test: string;
  readonly plugin: ArchPlugin;
  readonly before: MatrixCell;
  readonly after: MatrixCell;
}

/** Schedules that are tried to see whether a race calls a function at all. */
const TRIES = 64;

const column = (what: string, patch: Bodies['patch'], others: Change = {}): Mutant<unknown> => ({
  ...others,
  what,
  breaks: 'LIVE',
  why: '',
  unless: () => 'a change must not break it',
  patch: { ...others.patch, ...patch },
});

/** The race with both texts as variants; `others` is what the race changes for a release besides. */
function withTexts(scenario: Scenario, before: Bodies | null, after: Bodies, others: Change = {}): Scenario {
  const mutants = {
    ...(before === null ? {} : { before: column('before', before.patch) }),
    after: column('after', after.patch, others),
  };
  return { ...scenario, mutants };
}

/** What is run on one plug-in. */
export interface Texts {
  readonly before: Bodies | null;
  readonly after: Bodies;
  /** The names that were called since the set was emptied. */
  readonly called: Set<string>;
  /** The release that the text is of: without a text before, what the race says of that release stands there. */
  readonly release?: string | null;
}

/** What a race says that a release does otherwise, apart from bodies that the text has itself. */
function changeOf({ linux = {} }: Scenario, release: string | null): Change {
  const own = release === null ? undefined : linux[release];
  if (own === undefined || own === 'upstream') return {};
  const { agents, params, patch, within, only } = own as Change;
  return {
    ...(agents === undefined ? {} : { agents }),
    ...(params === undefined ? {} : { params }),
    ...(patch === undefined ? {} : { patch }),
    ...(within === undefined ? {} : { within }),
    ...(only === undefined ? {} : { only }),
  };
}

/** Both columns of a race, or null if the race does not exist there, or calls none of the functions in its first schedules. */
export function rowOf(
  scenario: Scenario,
  plugin: ArchPlugin,
  { before, after, called, release = null }: Texts,
): Row | null {
  const changed = withTexts(scenario, before, after, before === null ? changeOf(scenario, release) : {});
  const cell = (variant: string): MatrixCell | undefined =>
    plan([plugin], [changed], { variant }).cells.find(
      (c) => c.variant === variant && c.expected !== 'not-applicable',
    );
  const known = release === null ? undefined : cell(`linux:${release}`);
  const first = before === null ? (known ?? cell('upstream')) : cell('mutant:before');
  const second = cell('mutant:after');
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
