/** Builds in another thread what the command knows in this one. */
import { type Cell, keyOf } from '@racewalk/conformance';
import { RacewalkError } from '@racewalk/core';
import type { Lookup } from '@racewalk/fleet';
import { CATALOGUE } from '../catalogue.js';
import { type Context, createContext, type Modules } from '../context.js';
import { withArchs } from '../input/archs.js';
import { withOnlyScenarios, withScenarios } from '../input/module.js';
import { silentIo } from '../io.js';

/** What a worker thread is given. */
export interface ThreadData {
  readonly cwd: string;
  readonly modules: Modules;
}

/** What threads of this context are given. */
export const threadData = ({ io, modules }: Context): ThreadData => ({ cwd: io.cwd, modules });

/** The same plug-ins and race tests, in another thread. */
export async function contextOf({ cwd, modules }: ThreadData): Promise<Context> {
  const context = createContext(silentIo(cwd), CATALOGUE);
  const { archs, scenarios } = modules;
  const known =
    scenarios === null
      ? context
      : scenarios.alone
        ? await withOnlyScenarios(context, scenarios.file)
        : await withScenarios(context, { scenarios: scenarios.file });
  return (await withArchs(known, archs)).context;
}

/** Finds cells by name. */
export function lookupIn(context: Context): Lookup {
  const cells = new Map<string, Cell>();
  for (const cell of context.bench.suite.plan().cells) cells.set(keyOf(cell), cell);
  return (ref) => {
    const cell = cells.get(keyOf(ref));
    if (cell !== undefined) return cell;
    throw new RacewalkError('RACEWALK_UNKNOWN_CELL', `no cell ${keyOf(ref)} is known here`, {
      hint: 'the worker must know the same race tests and plug-ins',
    });
  };
}
