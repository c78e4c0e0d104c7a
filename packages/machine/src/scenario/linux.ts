/** What a release of Linux does in a race: as the race says, and as the plug-in says. */
import type { ArchPlugin } from '@racewalk/core';
import type { Scenario } from './scenario.js';
import type { LinuxOps } from './variant.js';

/** Whether a list of race tests names this one; a trailing `*` matches any ending. */
export const names = (tests: readonly string[], id: string): boolean =>
  tests.some((test) => (test.endsWith('*') ? id.startsWith(test.slice(0, -1)) : test === id));

/** The bodies a release has in place of the plug-in's own, if they differ. */
export const linuxOps = (arch: ArchPlugin, release: string): LinuxOps | undefined =>
  arch.linux?.find((ops) => ops.release === release);

/** What the plug-in says that this race comes to with its own operations as in a release; null if nothing. */
export function outcomeOn(
  scenario: Scenario,
  arch: ArchPlugin,
  release: string,
): LinuxOps['outcomes'][number] | null {
  return linuxOps(arch, release)?.outcomes.find(({ tests }) => names(tests, scenario.id)) ?? null;
}

/** Releases that a race or one of the plug-ins has something to say about, in the order they are given. */
export function linuxReleases(scenario: Scenario, archs: readonly ArchPlugin[]): string[] {
  const own = Object.keys(scenario.linux ?? {});
  const others = archs.flatMap((arch) =>
    (arch.linux ?? []).map(({ release }) => release).filter((r) => outcomeOn(scenario, arch, r) !== null),
  );
  return [...new Set([...own, ...others])];
}
