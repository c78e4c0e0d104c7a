/** Builds in another thread what the command knows in this one. */
import { type CellRef, keyOf, type MatrixCell } from '@racewalk/conformance/matrix';
import { internalError, RacewalkError } from '@racewalk/core';
import type { MemoryModelName } from '@racewalk/core/step';
import type { Lookup } from '@racewalk/fleet';
import type { Suite } from '@racewalk/wiring';
import { CATALOGUE } from '../catalogue.js';
import { type Context, createContext, type Modules } from '../context.js';
import { withArchs } from '../input/archs.js';
import { inOrder } from '../input/in-order.js';
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

/** Finds cells by name. One with parameters of its own is planned when it is asked for. */
export function lookupIn(context: Context): Lookup {
  const plans = new Map<MemoryModelName | undefined, ReturnType<typeof plannedIn>>();
  return (ref, memory) => {
    const known = plans.get(memory) ?? plannedIn(context, memory);
    plans.set(memory, known);
    const { suite, cells } = known;
    const plain = cells.get(keyOf({ ...ref, params: undefined }));
    if (plain !== undefined) return ref.params === undefined ? plain : withParams(suite, ref);
    throw new RacewalkError('RACEWALK_UNKNOWN_CELL', `no cell ${keyOf(ref)} is known here`, {
      hint: 'the worker must know the same race tests and plug-ins',
    });
  };
}

/** All cells in an order: what is expected of a cell may depend on it. */
function plannedIn(context: Context, memory: MemoryModelName | undefined) {
  const { suite } = inOrder(context, memory).bench;
  return { suite, cells: new Map(suite.plan().cells.map((cell) => [keyOf(cell), cell])) };
}

function withParams(suite: Suite, { test, arch, variant, params = {} }: CellRef): MatrixCell {
  const [cell] = suite.plan({ test, archs: [arch], variant, params }).cells;
  if (cell === undefined)
    throw internalError(`${test} ${variant} ${arch} is planned without parameters only`);
  return cell;
}
