/**
 * From plug-ins and scenarios to the cells to run.
 */
import { type ArchPlugin, RacewalkError } from '@racewalk/core';
import { inOrderOf, type Params, type Scenario } from '@racewalk/machine';
import type { MatrixCell } from './cell.js';
import { globMatcher } from './glob.js';
import type { Variant } from './variant.js';
import { survivalOf, variantsOf } from './variants.js';

/** Which part of the matrix to run; everything by default. */
export interface PlanFilter {
  /** Ids of plug-ins. */
  readonly archs?: readonly string[];
  /** Pattern for test ids: `*`, `?`, and `,` between alternatives. */
  readonly test?: string;
  /**
   * `all` (default), `upstream`, `mutants`, `linux`, `linux:RELEASE`, `holds`, `mutant:NAME`, `holds:NAME`, or the
   * bare name of a mutant or of a variant that must hold.
   * `linux` is what releases of Linux do: upstream, too, where that is the same.
   */
  readonly variant?: string;
  /** Parameters to fix, in all sizes; a cell carries them in its reference. */
  readonly params?: Params;
  /** Part `index` of `count`, counted from 1. The parts of a plan have no cell in common and make up the whole. */
  readonly shard?: { readonly index: number; readonly count: number };
  /** How much work a cell is, in any unit, so that shards are about alike; by default all are the same. */
  readonly costOf?: (cell: MatrixCell) => number;
}

/** The cells of one run. */
export interface Plan {
  /** Plug-ins that take part, in the order given. */
  readonly archs: readonly ArchPlugin[];
  readonly cells: readonly MatrixCell[];
  /** Mutants that no plug-in is expected to catch: each makes the suite fail. */
  readonly problems: readonly string[];
}

/** The sizes of a cell. */
function sizesOf(scenario: Scenario, variant: string, fixed: Params | undefined): Params[] {
  const all = variant === 'upstream' || variant.startsWith('linux:') || variant.startsWith('holds:');
  return allSizes(all ? scenario : { params: scenario.params }, fixed);
}

/** All sizes of a race, the default first, without repetition; `fixed` holds in each. */
export function allSizes(scenario: Pick<Scenario, 'params' | 'sizes'>, fixed?: Params): Params[] {
  const wanted = [{}, ...(scenario.sizes ?? [])];
  const sizes = wanted.map((size): Params => ({ ...scenario.params, ...size, ...fixed }));
  const texts = sizes.map((size) => JSON.stringify(Object.entries(size).sort()));
  return sizes.filter((_, i) => texts.indexOf(texts[i] ?? '') === i);
}

/** Which variants a filter means. */
function wantsVariant(filter: string | undefined): (name: string) => boolean {
  if (filter === undefined || filter === 'all') return () => true;
  if (filter === 'upstream') return (name) => name === 'upstream';
  if (filter === 'mutants') return (name) => name.startsWith('mutant:');
  if (filter === 'holds') return (name) => name.startsWith('holds:');
  if (filter === 'linux') return (name) => name === 'upstream' || name.startsWith('linux:');
  if (filter.startsWith('linux:')) return (name) => name === 'upstream' || name === filter;
  if (/^(mutant|holds):/.test(filter)) return (name) => name === filter;
  return (name) => name === `mutant:${filter}` || name === `holds:${filter}`;
}

/**
 * Whether a cell belongs to what a release of Linux does. Upstream does where it is the same; where it is, there is
 * nothing else to run.
 */
function saysOfLinux({ variant, linux = [], expected }: MatrixCell, filter: string | undefined): boolean {
  if (filter !== 'linux' && !filter?.startsWith('linux:')) return true;
  if (variant !== 'upstream') return expected !== 'not-applicable';
  return filter === 'linux' ? linux.length > 0 : linux.includes(filter.slice('linux:'.length));
}

/** A mutant that is expected to be caught nowhere proves nothing. */
function neverCaught(scenario: Scenario, variant: Variant, archs: readonly ArchPlugin[]): string | null {
  if (variant.mustBreak !== true || archs.length === 0) return null;
  if (archs.some((arch) => variant.expect(arch).expected.startsWith('violates:'))) return null;
  // Another order was asked for than the one that the race is about.
  if (scenario.memory !== undefined && !archs.some(({ memory }) => memory === scenario.memory)) return null;
  // A plug-in that says why it survives has answered; it must hold there all the same.
  const name = variant.name.slice('mutant:'.length);
  if (archs.some((arch) => survivalOf(arch, scenario, name) !== undefined)) return null;
  return `${scenario.id} ${variant.name} is caught on none of ${archs.map((a) => a.id).join(', ')}`;
}

/** Rows of `survives` that say nothing: the race or the mutant does not exist, or would hold or not apply anyway. */
export function idleSurvivals(archs: readonly ArchPlugin[], scenarios: readonly Scenario[]): string[] {
  return archs.flatMap((arch) =>
    (arch.survives ?? []).flatMap(({ test, mutant }) => {
      const where = `${arch.id} survives ${test} mutant:${mutant}`;
      const scenario = scenarios.find(({ id }) => id === test);
      const found = scenario?.mutants[mutant];
      if (scenario === undefined) return [`${where}: there is no such race`];
      if (found === undefined) return [`${where}: the race has no such mutant`];
      const without = { ...arch, survives: [] };
      const expected = variantsOf(scenario, [without])
        .find(({ name }) => name === `mutant:${mutant}`)
        ?.expect(without).expected;
      return expected?.startsWith('violates:') ? [] : [`${where}: it is expected to be ${expected} anyway`];
    }),
  );
}

/**
 * The mutants and releases of plug-ins that name a test which is not among `scenarios`, in words. Only of interest
 * where `scenarios` are all there are.
 */
export function idleOverrides(archs: readonly ArchPlugin[], scenarios: readonly Scenario[]): string[] {
  const idle = (who: string, tests: readonly string[]) =>
    tests
      .filter((pattern) => !scenarios.some((s) => globMatcher(pattern)(s.id)))
      .map((pattern) => `${who} names the test ${pattern}, which does not exist`);
  return archs.flatMap(({ id, mutants = [], linux = [] }) => [
    ...mutants.flatMap(({ name, tests }) => idle(`${id} mutant:${name}`, tests)),
    ...linux.flatMap(({ release, outcomes }) =>
      outcomes.flatMap(({ tests }) => idle(`${id} linux:${release}`, tests)),
    ),
  ]);
}

function checkUnique(ids: readonly string[], what: string): void {
  const twice = ids.find((id, i) => ids.indexOf(id) !== i);
  if (twice === undefined) return;
  throw new RacewalkError('RACEWALK_DUPLICATE', `${what} ${twice} is given twice`, {
    expected: 'distinct ids',
  });
}

/**
 * The cells for these plug-ins and scenarios: by test, then variant, then plug-in, in the order given.
 *
 * @param archs - all plug-ins there are; a mutant has to be caught on at least one of them
 * @param scenarios - all scenarios there are
 */
export function plan(
  archs: readonly ArchPlugin[],
  scenarios: readonly Scenario[],
  filter: PlanFilter = {},
): Plan {
  checkUnique(
    archs.map((arch) => arch.id),
    'plug-in',
  );
  checkUnique(
    scenarios.map((scenario) => scenario.id),
    'test',
  );
  const chosen = archs.filter((arch) => filter.archs === undefined || filter.archs.includes(arch.id));
  const matches = filter.test === undefined ? () => true : globMatcher(filter.test);
  const wanted = wantsVariant(filter.variant);
  const cells: MatrixCell[] = [];
  const problems: string[] = [];
  for (const scenario of scenarios) {
    if (!matches(scenario.id)) continue;
    for (const variant of variantsOf(scenario, archs)) {
      if (!wanted(variant.name)) continue;
      const problem = neverCaught(
        scenario,
        variant,
        archs.map((arch) => inOrderOf(scenario, arch)),
      );
      if (problem !== null) problems.push(problem);
      for (const plugin of chosen) {
        const cell = cellOf(scenario, plugin, variant, filter.params);
        if (saysOfLinux(cell, filter.variant)) cells.push(cell);
      }
    }
  }
  // A race that the command was not given cannot be judged, so only rows of known races count.
  const known = chosen.map((arch) => ({
    ...arch,
    survives: (arch.survives ?? []).filter(({ test }) => scenarios.some(({ id }) => id === test)),
  }));
  problems.push(...idleSurvivals(known, scenarios));
  const { shard } = filter;
  const mine = shard === undefined ? cells : shardOf(cells, shard, filter.costOf ?? (() => 1));
  return { archs: chosen, cells: mine, problems };
}

/** Deal cells out, the largest first, each to the shard with the least work; returns one shard in the order of the plan. */
function shardOf(
  cells: readonly MatrixCell[],
  { index, count }: NonNullable<PlanFilter['shard']>,
  costOf: (cell: MatrixCell) => number,
): MatrixCell[] {
  const loads = new Array<number>(count).fill(0);
  const mine = new Set<MatrixCell>();
  const costs = cells.map((cell) => ({ cell, cost: costOf(cell) }));
  for (const { cell, cost } of costs.sort((a, b) => b.cost - a.cost)) {
    const least = loads.indexOf(Math.min(...loads));
    loads[least] = (loads[least] ?? 0) + cost;
    if (least === index - 1) mine.add(cell);
  }
  return cells.filter((cell) => mine.has(cell));
}

function cellOf(
  scenario: Scenario,
  arch: ArchPlugin,
  variant: Variant,
  params: Params | undefined,
): MatrixCell {
  const plugin = inOrderOf(scenario, arch);
  return {
    test: scenario.id,
    arch: arch.id,
    variant: variant.name,
    ...(params === undefined ? {} : { params }),
    source: scenario.source,
    ...variant.expect(plugin),
    ...(variant.what === undefined ? {} : { what: variant.what }),
    scenario,
    plugin,
    sizes: sizesOf(scenario, variant.name, params),
  };
}
