/** Scenarios from a file of the user's. */

import { RacewalkError } from '@racewalk/core';
import type { Scenario } from '@racewalk/machine';
import { defineScenario } from '@racewalk/mm';
import type { Command } from 'commander';
import { type Context, withParts } from '../context.js';
import { usageError } from '../errors.js';
import { type COptions, isC, loadRace, raceOptions, withLines, withRace } from './c.js';
import { locate, readText } from './files.js';
import { importModule } from './import.js';
import { importsOf } from './imports.js';

const isScenario = (value: unknown): value is Scenario =>
  typeof value === 'object' &&
  value !== null &&
  typeof (value as { id?: unknown }).id === 'string' &&
  typeof (value as { setup?: unknown }).setup === 'function' &&
  typeof (value as { agents?: unknown }).agents === 'object';

/** Where the copies of `@racewalk/core` in this process were loaded from. */
const coreCopies = (): readonly string[] =>
  (globalThis as { [copies: symbol]: readonly string[] | undefined })[Symbol.for('racewalk.core')] ?? [];

/** Load a module, or a race in C, and collect the scenarios among its exports, also those in lists. */
export async function loadScenarios(context: Context, file: string): Promise<Scenario[]> {
  if (isC(file)) return [(await loadRace(context, file)).scenario];
  const before = coreCopies();
  const module = await importModule(context, file, 'scenarios');
  const other = coreCopies().find((copy) => !before.includes(copy));
  if (other !== undefined) {
    throw new RacewalkError('RACEWALK_TWO_CORES', `${file} uses another copy of @racewalk/core: ${other}`, {
      hint: 'run the command that is installed beside the file: npx racewalk check',
    });
  }
  // Only here: the parser takes time to load.
  const { refuseForgotten } = await import('./forgotten/forgotten.js');
  await refuseForgotten(locate(context, file), context.io.cwd);
  const found = Object.values(module).flat().filter(isScenario);
  const scenarios = [...new Set(found)].map((scenario) => defineScenario(scenario));
  if (scenarios.length > 0) return scenarios;
  throw new RacewalkError('RACEWALK_NO_SCENARIO', `${file} exports no scenario`, {
    hint: 'export what defineScenario() of @racewalk/core returns',
  });
}

/** The context with the scenarios of a file and no others. */
export async function withOnlyScenarios(context: Context, file: string): Promise<Context> {
  if (isC(file)) return await withRace(context, file);
  const scenarios = await loadScenarios(context, file);
  const modules = { ...context.modules, scenarios: { file, alone: true } };
  const files = new Map(scenarios.map(({ id }) => [id, file] as const));
  return { ...withParts(context, { archs: context.bench.registry.archs, scenarios }), modules, files };
}

/** Options of commands that may look up a test in a user's file. */
export interface ScenariosOption extends COptions {
  readonly scenarios?: string;
}

/** Adds `--scenarios`. */
export function scenariosOption(command: Command): Command {
  return command.option(
    '--scenarios <file>',
    'a file with further race tests, as for check: a module, or FILE.c',
  );
}

/** The context with the scenarios of a file besides its own; of two with the same id the file's counts. */
export async function withScenarios(context: Context, options: ScenariosOption): Promise<Context> {
  const { scenarios: file } = options;
  if (file === undefined) return context;
  const race = isC(file) ? await loadRace(context, file, raceOptions(options)) : null;
  const own = race === null ? await loadScenarios(context, file) : [race.scenario];
  const { archs, scenarios } = context.bench.registry;
  const others = scenarios.filter((known) => !own.some((scenario) => scenario.id === known.id));
  const modules = { ...context.modules, scenarios: { file, alone: false } };
  const all = { ...withParts(context, { archs, scenarios: [...others, ...own] }), modules };
  const files = new Map([...context.files, ...own.map(({ id }) => [id, file] as const)]);
  if (race !== null) return withLines({ ...all, files }, file, race);
  const text = readText(context, file);
  // The page reads one file with one race.
  const shown = own.length === 1 && !importsOf(text).some(({ from }) => from.startsWith('.'));
  return { ...all, files, print: shown ? { ...all.print, module: { file, text } } : all.print };
}

/** A file instead of the id of a race test. */
const isRaceFile = (name: string): boolean => /\.(?:c|h|litmus|[cm]?[jt]s)$/.test(name);

/**
 * The race test that a command line names: its id, or a file that has one. Throws `RACEWALK_USAGE` if the file has
 * several.
 */
export async function raceNamed(
  context: Context,
  test: string,
  options: ScenariosOption,
): Promise<{ readonly context: Context; readonly test: string; readonly file: string | null }> {
  if (!isRaceFile(test)) return { context: await withScenarios(context, options), test, file: null };
  if (options.scenarios !== undefined)
    throw usageError(
      'two files with race tests',
      'leave --scenarios out, or name a test instead of the file',
    );
  const own = await withScenarios(context, { ...options, scenarios: test });
  const ids = [...own.files].flatMap(([id, file]) => (file === test ? [id] : []));
  const [id] = ids;
  if (id !== undefined && ids.length === 1) return { context: own, test: id, file: test };
  throw usageError(`${test} has several race tests: ${ids.join(', ')}`, `name one: ID --scenarios ${test}`);
}
