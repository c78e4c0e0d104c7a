/**
 * The variants of a test: upstream, releases of Linux, what must hold besides, the mutants of the scenario, and those of the plug-ins'
 * overrides.
 */
import { type ArchPlugin, type OverrideMutant, RacewalkError } from '@racewalk/core';
import { type ArchReason, codesOf, notApplicable, overrideMutants, type Scenario } from '@racewalk/machine';
import { linuxVariants, sameReleases } from './linux-variants.js';
import type { Variant } from './variant.js';

const because = (reason: ArchReason | undefined, arch: ArchPlugin): string | null => reason?.(arch) ?? null;

/** A row of `survives`. */
type Survival = NonNullable<ArchPlugin['survives']>[number];

/** What the plug-in says of a mutant that it survives, if it does. */
export const survivalOf = (
  { survives = [] }: ArchPlugin,
  { id }: Scenario,
  mutant: string,
): Survival | undefined => survives.find((row) => row.test === id && row.mutant === mutant);

function upstream(scenario: Scenario): Variant {
  return {
    name: 'upstream',
    expect(arch) {
      const linux = sameReleases(scenario, arch);
      return { expected: 'holds', ...(linux.length === 0 ? {} : { linux }) };
    },
  };
}

function scenarioMutants(scenario: Scenario): Variant[] {
  return Object.entries(scenario.mutants).map(([name, mutant]) => ({
    name: `mutant:${name}`,
    what: mutant.what,
    mustBreak: true,
    expect(arch) {
      const silent = because(mutant.notApplicable, arch);
      if (silent !== null) return { expected: 'not-applicable', reason: silent };
      const holds = because(mutant.unless, arch);
      const survives = survivalOf(arch, scenario, name);
      if (survives !== undefined) return { expected: 'holds', reason: `${arch.id} says: ${survives.why}` };
      const instead = mutant.instead?.(arch) ?? null;
      if (instead !== null)
        return { expected: `violates:${codesOf(instead).join('|')}`, reason: instead.why };
      if (holds !== null) return { expected: 'holds', reason: holds };
      return { expected: `violates:${codesOf(mutant).join('|')}`, reason: mutant.why };
    },
  }));
}

function controls(scenario: Scenario): Variant[] {
  return Object.entries(scenario.holds ?? {}).map(([name, control]) => ({
    name: `holds:${name}`,
    what: control.what,
    expect(arch) {
      const silent = because(control.notApplicable, arch);
      if (silent !== null) return { expected: 'not-applicable', reason: silent };
      return { expected: 'holds', reason: control.why };
    },
  }));
}

/** The override mutants by name, each with the plug-ins that ship it. */
function overrides(scenario: Scenario, archs: readonly ArchPlugin[]): Variant[] {
  const owners = new Map<string, Map<string, OverrideMutant>>();
  for (const arch of archs) {
    for (const mutant of overrideMutants(scenario, arch)) {
      if (mutant.name in scenario.mutants) {
        throw new RacewalkError(
          'RACEWALK_BAD_PLUGIN',
          `plug-in ${arch.id}: its mutant ${mutant.name} has the name of a mutant of ${scenario.id}`,
          { expected: 'another name' },
        );
      }
      const known = owners.get(mutant.name) ?? new Map<string, OverrideMutant>();
      known.set(arch.id, mutant);
      owners.set(mutant.name, known);
    }
  }
  return [...owners].map(([name, byArch]) => ({
    name: `mutant:${name}`,
    what: [...byArch.values()][0]?.what ?? name,
    mustBreak: true,
    expect(arch) {
      const mutant = byArch.get(arch.id);
      if (mutant !== undefined) return { expected: `violates:${mutant.breaks}`, reason: mutant.why };
      const whose = [...byArch.keys()].join(' and ');
      return {
        expected: 'not-applicable',
        reason: `puts a bug back into an override of ${whose}, which ${arch.id} does not have`,
      };
    },
  }));
}

/** All variants of a test, upstream first. `archs` are the plug-ins whose own mutants count. */
export function variantsOf(scenario: Scenario, archs: readonly ArchPlugin[]): Variant[] {
  const all: Variant[] = [
    upstream(scenario),
    ...linuxVariants(scenario, archs),
    ...controls(scenario),
    ...scenarioMutants(scenario),
    ...overrides(scenario, archs),
  ];
  return all.map((variant) => ({
    ...variant,
    expect(arch) {
      const reason = notApplicable(scenario, arch);
      return reason === null ? variant.expect(arch) : { expected: 'not-applicable', reason };
    },
  }));
}
