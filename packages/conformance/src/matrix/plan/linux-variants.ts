/** What releases of Linux do in a test, as variants: `linux:RELEASE`. */
import { type ArchPlugin, RacewalkError } from '@racewalk/core';
import {
  isRelease,
  type LinuxOps,
  type LinuxVariant,
  linuxOps,
  linuxReleases,
  outcomeOn,
  type Scenario,
} from '@racewalk/machine';
import type { Expectation } from './cell.js';
import type { Variant } from './variant.js';

/**
 * Releases that do on this architecture what upstream does: the race says so, and the plug-in, if it has other bodies for
 * that release, does not name the race. Where none of its `outcomes` does, they make no difference.
 */
export function sameReleases(scenario: Scenario, arch: ArchPlugin): string[] {
  return Object.entries(scenario.linux ?? {})
    .filter(([release, what]) => what === 'upstream' && outcomeOn(scenario, arch, release) === null)
    .map(([release]) => release);
}

const placeOf = ({ file, functions }: LinuxOps['kernel']): string =>
  `${file}: ${functions.map((name) => `${name}()`).join(', ')}`;

/** What the race says a release comes to. */
function asTheRaceSays(variant: LinuxVariant<never>, arch: ArchPlugin): Expectation {
  const differs = variant.notApplicable?.(arch) ?? null;
  if (differs !== null) return { expected: 'not-applicable', reason: differs };
  const facts = { kernel: placeOf(variant.kernel), known: variant.known };
  const holds = variant.unless?.(arch) ?? null;
  if (holds !== null) return { expected: 'holds', reason: holds, ...facts };
  const expected = variant.breaks === undefined ? 'holds' : (`violates:${variant.breaks}` as const);
  return { expected, reason: variant.why, ...facts };
}

/** What the plug-in says a release comes to, or null. */
function asThePluginSays(scenario: Scenario, arch: ArchPlugin, release: string): Expectation | null {
  const ops = linuxOps(arch, release);
  const outcome = outcomeOn(scenario, arch, release);
  if (ops === undefined || outcome === null) return null;
  const kernel = { ...ops.kernel, functions: outcome.functions ?? ops.kernel.functions };
  const expected = outcome.breaks === undefined ? 'holds' : (`violates:${outcome.breaks}` as const);
  return { expected, reason: outcome.why, kernel: placeOf(kernel), known: ops.known };
}

/** The releases that differ from upstream somewhere. */
export function linuxVariants(scenario: Scenario, archs: readonly ArchPlugin[]): Variant[] {
  return linuxReleases(scenario, archs).flatMap((release): Variant[] => {
    if (!isRelease(release))
      throw new RacewalkError('RACEWALK_BAD_PLUGIN', `linux: ${release} is no release`, {
        expected: '6.12, or 6.7-rc1+NAME for a series as posted',
      });
    const own = scenario.linux?.[release];
    const plugins = archs.filter((arch) => outcomeOn(scenario, arch, release) !== null);
    if ((own === undefined || own === 'upstream') && plugins.length === 0) return [];
    const differs = own === undefined || own === 'upstream' ? null : (own as LinuxVariant<never>);
    const [first] = plugins;
    const what = differs?.what ?? (first === undefined ? undefined : linuxOps(first, release)?.what);
    return [
      {
        name: `linux:${release}`,
        ...(what === undefined ? {} : { what }),
        mustBreak: differs?.breaks !== undefined,
        expect(arch) {
          const said = asThePluginSays(scenario, arch, release);
          if (said !== null) return said;
          if (differs !== null) return asTheRaceSays(differs, arch);
          const others = plugins.map(({ id }) => id).join(' and ');
          const reason =
            own === 'upstream'
              ? `Linux ${release} does here what upstream does; only ${others} differ`
              : `what Linux ${release} does was compared on ${others} only`;
          return { expected: 'not-applicable', reason };
        },
      },
    ];
  });
}
