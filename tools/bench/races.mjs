/** Programs of real races of the suite. */
import { RacewalkError } from '@racewalk/core';

/**
 * @param {string} test
 * @param {string} arch
 * @param {import('@racewalk/machine').Params} params
 */
export async function raceProgram(test, arch, params) {
  const [{ CATALOGUE }, { plan }, { buildScenario }] = await Promise.all([
    import('@racewalk/cli'),
    import('@racewalk/conformance'),
    import('@racewalk/machine'),
  ]);
  const { archs, scenarios } = CATALOGUE;
  const [cell] = plan(archs, scenarios, { test, archs: [arch], variant: 'upstream' }).cells;
  if (cell === undefined || cell.expected !== 'holds') {
    throw new RacewalkError('RACEWALK_INTERNAL', `${test} upstream does not hold on ${arch}`);
  }
  return buildScenario(cell.scenario, cell.plugin, 'upstream', { ...cell.scenario.params, ...params })
    .program;
}
