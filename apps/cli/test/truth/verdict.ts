import { CATALOGUE } from '@racewalk/cli';
import { explore } from '@racewalk/explorer';
import { buildScenario, type Scenario, withMemory } from '@racewalk/machine';

/** `holds`, or the code of the first fault, of one variant on one plug-in. In order, if asked for, where hardware reorders loads. */
export function verdictOf(scenario: Scenario, archId: string, variant = 'upstream', inOrder = false): string {
  const arch = CATALOGUE.archs.find(({ id }) => id === archId);
  if (arch === undefined) throw new Error(`no plug-in ${archId}`);
  const memory = inOrder && arch.memory === 'weak' ? 'sc' : undefined;
  const result = explore(buildScenario(scenario, withMemory(arch, memory), variant).program, {});
  return result.firstFault?.code ?? (result.verdict === 'exhausted' ? 'holds' : result.verdict);
}

/** The plug-ins of the catalogue, by id. */
export const ARCHS: readonly string[] = CATALOGUE.archs.map(({ id }) => id);
