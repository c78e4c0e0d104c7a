import { CATALOGUE } from '@racewalk/cli';
import { explore } from '@racewalk/explorer';
import { buildScenario, type Scenario } from '@racewalk/machine';

/** `holds`, or the code of the first fault, of one variant on one plug-in. */
export function verdictOf(scenario: Scenario, archId: string, variant = 'upstream'): string {
  const arch = CATALOGUE.archs.find(({ id }) => id === archId);
  if (arch === undefined) throw new Error(`no plug-in ${archId}`);
  const result = explore(buildScenario(scenario, arch, variant).program, {});
  return result.firstFault?.code ?? (result.verdict === 'exhausted' ? 'holds' : result.verdict);
}

/** The plug-ins of the catalogue, by id. */
export const ARCHS: readonly string[] = CATALOGUE.archs.map(({ id }) => id);
