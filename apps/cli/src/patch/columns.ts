/** A race with functions in C in place of the machine's, before and after a change, as cells of the matrix. */
import { allSizes, type MatrixCell, plan } from '@racewalk/conformance/matrix';
import type { ArchPlugin } from '@racewalk/core';
import { explore } from '@racewalk/explorer';
import type { CBodies } from '@racewalk/kernel-c';
import { buildScenario, type Mutant, notApplicable, type Scenario } from '@racewalk/machine';

/** What a variant changes. */
type Change = Pick<Mutant<unknown>, 'agents' | 'params' | 'patch' | 'within' | 'only'>;

/** A race on a plug-in, in both columns. */
export interface ChangeRow {
  readonly test: string;
  readonly plugin: ArchPlugin;
  readonly before: MatrixCell;
  readonly after: MatrixCell;
  /** Names whose bodies the race itself replaces, for instance to watch them: a text may go past these. */
  readonly own: readonly string[];
}

/** Schedules that are tried to see whether a race calls a function at all. */
const TRIES = 64;

const column = (what: string, patch: CBodies['patch'], others: Change = {}): Mutant<unknown> => ({
  ...others,
  what,
  breaks: 'LIVE',
  why: '',
  unless: () => 'a change must not break it',
  patch: { ...others.patch, ...patch },
});

/** The race with both texts as variants; `others` is what the race changes for a release besides. */
function withTexts(
  scenario: Scenario,
  before: CBodies | null,
  after: CBodies,
  text: string,
  others: Change = {},
): Scenario {
  // What the race breaks itself stays: it says which of its invariants can break at all.
  const mutants = {
    ...scenario.mutants,
    ...(before === null ? {} : { before: column('before', before.patch) }),
    after: column('after', after.patch, others),
  };
  return { ...scenario, mutants, text };
}

/** What is run on one plug-in. */
export interface Texts {
  readonly before: CBodies | null;
  readonly after: CBodies;
  /** The names that were called since the set was emptied. */
  readonly called: Set<string>;
  /** The names of which a race must call one. */
  readonly concerned: ReadonlySet<string>;
  /** Checksum of all that was read, for tokens. */
  readonly text: string;
  /** The release that the text is of: without a text before, what the race says of that release stands there. */
  readonly release?: string | null;
}

/** Names that the race replaces at any of its sizes. */
const sizesOf = (scenario: Scenario, plugin: ArchPlugin): string[] =>
  (scenario.sizes ?? []).flatMap((size) => [
    ...buildScenario(scenario, plugin, 'upstream', size).world.binder.replaced,
  ]);

/** Names that the race replaces itself where it is what a release does, apart from what the release has for them. */
function ofRelease(scenario: Scenario, plugin: ArchPlugin, release: string | null): string[] {
  const own = release === null ? undefined : scenario.linux?.[release];
  if (own === undefined || own === 'upstream') return [];
  const patched = new Set(Object.keys((own as Change).patch ?? {}));
  const { replaced } = buildScenario(scenario, plugin, `linux:${release}`).world.binder;
  return [...replaced].filter((name) => !patched.has(name));
}

/** Without the functions of the kernel that a race does not have. */
function fitting(bodies: CBodies, known: ReadonlySet<string>): CBodies {
  const missing = bodies.kernel.filter((name) => !known.has(name));
  if (missing.length === 0) return bodies;
  const patch = Object.fromEntries(Object.entries(bodies.patch).filter(([name]) => !missing.includes(name)));
  return { ...bodies, patch: patch as CBodies['patch'] };
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

/** The race with both texts as its variants. */
export function changedRace(
  scenario: Scenario,
  plugin: ArchPlugin,
  { before, after, text, release = null }: Omit<Texts, 'called' | 'concerned'>,
): Scenario {
  const known = new Set(buildScenario(scenario, plugin).world.binder.names);
  const others = before === null ? changeOf(scenario, release) : {};
  return withTexts(scenario, before && fitting(before, known), fitting(after, known), text, others);
}

/** Both columns of a race, or null if the race does not exist there, or calls none of the functions in its first schedules. */
export function rowOf(scenario: Scenario, plugin: ArchPlugin, texts: Texts): ChangeRow | null {
  if (notApplicable(scenario, plugin) !== null) return null;
  const { before, called, concerned, release = null } = texts;
  const { binder } = buildScenario(scenario, plugin).world;
  const given = [...sizesOf(scenario, plugin), ...ofRelease(scenario, plugin, release)];
  const own = [...new Set([...binder.replaced, ...given])];
  const changed = changedRace(scenario, plugin, texts);
  const cell = (race: Scenario, variant: string): MatrixCell | undefined => {
    const found = plan([plugin], [race], { variant }).cells.find(
      (c) => c.variant === variant && c.expected !== 'not-applicable',
    );
    // A variant that ought to break is planned at one size; these must hold at all.
    return found && { ...found, sizes: allSizes(race) };
  };
  const said = release === null ? undefined : cell(scenario, `linux:${release}`);
  const first = before === null ? (said ?? cell(scenario, 'upstream')) : cell(changed, 'mutant:before');
  const second = cell(changed, 'mutant:after');
  if (first === undefined || second === undefined) return null;
  called.clear();
  for (const params of second.sizes) {
    const { program } = buildScenario(changed, plugin, 'mutant:after', params);
    for (const strategy of ['dpor', 'random'] as const) {
      explore(program, { strategy, seed: 1, bounds: { executions: TRIES } });
      if ([...called].some((name) => concerned.has(name)))
        return { test: scenario.id, plugin, before: first, after: second, own };
    }
  }
  return null;
}
