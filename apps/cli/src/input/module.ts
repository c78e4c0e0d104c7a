/** Scenarios from a file of the user's. */
import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { defineScenario, RacewalkError, type Scenario } from '@racewalk/core';
import type { Command } from 'commander';
import { type Context, withParts } from '../context.js';
import { locate } from './files.js';

const isScenario = (value: unknown): value is Scenario =>
  typeof value === 'object' &&
  value !== null &&
  typeof (value as { id?: unknown }).id === 'string' &&
  typeof (value as { setup?: unknown }).setup === 'function' &&
  typeof (value as { agents?: unknown }).agents === 'object';

function cannotLoad(file: string, cause: unknown): RacewalkError {
  const code = (cause as { code?: unknown } | null)?.code;
  if (code === 'ERR_UNKNOWN_FILE_EXTENSION') {
    return new RacewalkError('RACEWALK_TYPESCRIPT', `this version of Node does not run TypeScript: ${file}`, {
      hint: 'compile it to JavaScript first, or use Node 22.18 or newer',
    });
  }
  const why = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
  return new RacewalkError('RACEWALK_FILE', `cannot load ${file}: ${why}`, {
    hint: 'the file must be an ES module that imports @racewalk/core',
    cause,
  });
}

/** Load a module and collect the scenarios among its exports, also those in lists. */
export async function loadScenarios(context: Context, file: string): Promise<Scenario[]> {
  const path = locate(context, file);
  if (!existsSync(path)) {
    throw new RacewalkError('RACEWALK_FILE', `cannot read ${file}: there is no such file`, {
      hint: 'give the path of a JavaScript module that exports scenarios',
    });
  }
  let module: Record<string, unknown>;
  try {
    module = (await import(pathToFileURL(path).href)) as Record<string, unknown>;
  } catch (cause) {
    if (cause instanceof RacewalkError) throw cause;
    throw cannotLoad(file, cause);
  }
  const found = Object.values(module).flat().filter(isScenario);
  const scenarios = [...new Set(found)].map((scenario) => defineScenario(scenario));
  if (scenarios.length > 0) return scenarios;
  throw new RacewalkError('RACEWALK_NO_SCENARIO', `${file} exports no scenario`, {
    hint: 'export what defineScenario() of @racewalk/core returns',
  });
}

/** Options of commands that may look up a test in a user's file. */
export interface ScenariosOption {
  readonly scenarios?: string;
}

/** Adds `--scenarios`. */
export function scenariosOption(command: Command): Command {
  return command.option('--scenarios <file>', 'a module with further race tests, as for check');
}

/** The context with the scenarios of a file besides its own; of two with the same id the file's counts. */
export async function withScenarios(
  context: Context,
  { scenarios: file }: ScenariosOption,
): Promise<Context> {
  if (file === undefined) return context;
  const own = await loadScenarios(context, file);
  const { archs, scenarios } = context.bench.registry;
  const others = scenarios.filter((known) => !own.some((scenario) => scenario.id === known.id));
  return withParts(context, { archs, scenarios: [...others, ...own] });
}
