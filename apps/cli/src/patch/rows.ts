/**
 * A patch without a tree: the races that call what it changes, each before and after. Needs nothing of Node, so that the page
 * can run it, too. `loadC` of kernel-c comes first.
 *
 * @packageDocumentation
 */
import { type ArchPlugin, RacewalkError } from '@racewalk/core';
import { Change, readPatch, type Sides } from '@racewalk/kernel-c';
import type { Scenario } from '@racewalk/machine';
import { type ChangeRow, rowOf } from './columns.js';
import { directoryOf } from './plugins.js';

export type { ChangeRow } from './columns.js';

/** A patch that was read. */
export interface ReadChange {
  /** What is changed, as `name() in path`. */
  readonly touched: readonly string[];
  /** What could not be taken, and why. */
  readonly notes: readonly string[];
  /** The plug-ins that run what it changes. */
  readonly plugins: readonly ArchPlugin[];
  /** Both columns of a race on a plug-in; null if it calls none of the functions. */
  readonly row: (scenario: Scenario, plugin: ArchPlugin) => ChangeRow | null;
}

/** The plug-ins that run what a change changes; throws `RACEWALK_C_PATCH` if there is none. */
export function pluginsOf(change: Change, file: string, archs: readonly ArchPlugin[]): readonly ArchPlugin[] {
  const plugins = change.archs.includes(null)
    ? archs
    : archs.filter((plugin) => change.archs.includes(directoryOf(plugin)));
  if (plugins.length > 0) return plugins;
  const where = change.archs.map((arch) => `arch/${arch}`).join(', ');
  throw new RacewalkError(
    'RACEWALK_C_PATCH',
    `${file} changes only ${where}, and no plug-in here runs that`,
    { hint: 'see what there is: racewalk list archs' },
  );
}

/** Read a patch; throws with file, line and column. */
export function readChange(text: string, file: string, archs: readonly ArchPlugin[]): ReadChange {
  const called = new Set<string>();
  const change = new Change(readPatch(text, file), null, {
    repeat: true,
    onCall: (name) => called.add(name),
  });
  const plugins = pluginsOf(change, file, archs);
  const sides = new Map<string, Sides>(
    plugins.map((plugin) => [plugin.id, change.sides(directoryOf(plugin))]),
  );
  return {
    touched: change.touched.map(({ name, file: at }) => `${name}() in ${at}`),
    notes: [
      ...change.partial.map(
        ({ name, file: at }) =>
          `${name === '' ? 'a function' : `${name}()`} in ${at} is not whole in the patch: git format-patch -W`,
      ),
      ...change.notes,
    ],
    plugins,
    row(scenario, plugin) {
      const { before, after, concerned, text: checksum } = sides.get(plugin.id) as Sides;
      return after.replaced.length === 0
        ? null
        : rowOf(scenario, plugin, { before, after, concerned, text: checksum, called });
    },
  };
}
