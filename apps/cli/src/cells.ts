/** The cell that a command line names. */
import { expectedElsewhere, type MatrixCell } from '@racewalk/conformance/matrix';
import { RacewalkError } from '@racewalk/core';
import type { Params, Scenario } from '@racewalk/machine';
import type { Context } from './context.js';
import { usageError } from './errors.js';

/** A cell and what the plan expects of the same race elsewhere. */
export interface NamedCell {
  readonly cell: MatrixCell;
  readonly hints: readonly string[];
}

/** The hints about a race on other architectures, which a replay must repeat. */
export function elsewhereHints(context: Context, cell: MatrixCell): string[] {
  const { cells } = context.bench.suite.plan({
    test: cell.test,
    variant: cell.variant,
    ...(cell.params === undefined ? {} : { params: cell.params }),
  });
  return expectedElsewhere(cell, cells);
}

/** Refuse a parameter that a race does not have: it would change nothing, in silence. */
export function checkParams(scenario: Scenario, params: Params): void {
  const known: Params = Object.assign({}, scenario.params, ...(scenario.sizes ?? []));
  for (const [name, value] of Object.entries(params)) {
    const names = Object.keys(known);
    if (known[name] === undefined) {
      throw usageError(
        `${scenario.id} has no parameter ${name}`,
        names.length === 0 ? 'it has none' : `it has ${names.join(', ')}`,
      );
    }
    if (typeof known[name] === typeof value) continue;
    throw usageError(
      `${name}=${value} of ${scenario.id} is not a ${typeof known[name]}`,
      `${name}=${known[name]}`,
    );
  }
}

/** Look up one cell; throws if it is unknown or does not apply. */
export function namedCell(
  context: Context,
  test: string,
  arch: string,
  variant: string,
  params?: Params,
): NamedCell {
  const { registry, suite } = context.bench;
  registry.scenario(test);
  registry.arch(arch);
  if (params !== undefined) checkParams(registry.scenario(test), params);
  const known = params === undefined ? {} : { params };
  const [cell] = suite.plan({
    test,
    archs: [arch],
    variant: registry.variant(variant, [test]),
    ...known,
  }).cells;
  if (cell === undefined) {
    const full = registry.variant(variant, [test]);
    throw new RacewalkError('RACEWALK_NOT_APPLICABLE', `${test} does not say what ${full} does on ${arch}`, {
      hint: `see what it says: racewalk list variants, or racewalk findings --test ${test}`,
    });
  }
  if (cell.expected === 'not-applicable') {
    throw new RacewalkError(
      'RACEWALK_NOT_APPLICABLE',
      `${test} ${cell.variant} does not apply to ${arch}: ${cell.reason ?? 'no reason given'}`,
      { hint: `see which cells run: racewalk conformance --test ${test} --all` },
    );
  }
  return { cell, hints: elsewhereHints(context, cell) };
}
