/** `racewalk check --patch`: what a patch changes in the races that run it. */
import { globMatcher, type Plan, type ReportCell, reportCell } from '@racewalk/conformance/matrix';
import { type ArchPlugin, RacewalkError } from '@racewalk/core';
import { Change, loadC, readPatch, type Sides } from '@racewalk/kernel-c';
import type { Context } from '../context.js';
import { usageError } from '../errors.js';
import { EXIT } from '../exit-codes.js';
import { withArchs } from '../input/archs.js';
import { executionsOf, MOST_EXPLORED } from '../input/bounds.js';
import { deliver, readText } from '../input/files.js';
import { type Row, rowOf } from '../patch/columns.js';
import { directoryOf } from '../patch/plugins.js';
import { openTree } from '../patch/tree.js';
import { type Compared, type PatchReport, patchReport } from '../render/before-after.js';
import type { RunOptions } from './conformance.js';
import { NO_HOOKS } from './resumable.js';
import { alone } from './run-plan.js';

/** Options of `check --patch`. */
export interface PatchOptions extends RunOptions {
  readonly patch: string;
  readonly tree?: string;
  readonly config?: readonly string[];
  readonly plain: 'repeat' | 'once';
}

/** Executions of a cell before it is given up: compilers may repeat plain loads, which makes more of them. */
const MOST = MOST_EXPLORED / 50;

/** Read a patch, run it in the races that call what it changes, and print both columns. */
export async function checkPatch(given: Context, options: PatchOptions): Promise<void> {
  if (options.reporter !== 'pretty' && options.reporter !== 'json')
    throw usageError(`--reporter ${options.reporter} does not go with --patch`, 'pretty or json');
  const { context, ids } = await withArchs(given, options.arch ?? []);
  // Whether there is such a test at all.
  if (options.test !== undefined) context.bench.suite.plan({ test: options.test, variant: 'upstream' });
  const patch = readPatch(readText(given, options.patch), options.patch);
  const tree = options.tree === undefined ? null : openTree(given, options.tree);
  await loadC();
  const called = new Set<string>();
  const change = new Change(patch, tree, {
    config: options.config ?? [],
    repeat: options.plain === 'repeat',
    onCall: (name) => called.add(name),
  });
  const plugins = pluginsOf(context, change, options.arch === undefined ? null : ids);
  const sides = new Map(plugins.map((plugin) => [plugin.id, sidesOn(change, plugin)]));
  const rows = rowsOf(context, options, plugins, sides, called);
  const compared = await run(context, rows, options);
  const report: PatchReport = {
    change,
    plugins: plugins.map(({ id }) => id),
    sides,
    compared,
    tree: options.tree ?? null,
  };
  const code = (file: string, line: number): string | undefined =>
    (file === patch.file ? patch.lines : linesOf(tree?.read(file)))[line - 1];
  const printing = { ...context, print: { ...context.print, code } };
  const reader = options.reporter === 'json' ? 'programs' : 'people';
  deliver(given, patchReport(report, printing, options.reporter), options.output, reader);
  context.status.exit = exitOf(compared);
}

const linesOf = (text: string | null | undefined): readonly string[] => text?.split('\n') ?? [];

/** What does not hold after the patch is 1, whether it did before or not; where nothing was decided, it is 3. */
function exitOf(compared: readonly Compared[]): number {
  const found = compared.map(({ after }) => after.verdict);
  if (found.some((verdict) => verdict !== 'holds' && verdict !== 'bounded')) return EXIT.UNEXPECTED;
  return compared.length === 0 || found.includes('bounded') ? EXIT.BOUNDED : EXIT.OK;
}

/** Plug-ins whose code the patch changes. */
function pluginsOf({ bench }: Context, change: Change, ids: readonly string[] | null): ArchPlugin[] {
  const all = bench.registry.archs.filter(({ id }) => ids === null || ids.includes(id));
  if (change.archs.includes(null)) return all;
  const found = all.filter((plugin) => change.archs.includes(directoryOf(plugin)));
  if (found.length > 0) return found;
  const where = change.archs.map((arch) => `arch/${arch}`).join(', ');
  throw new RacewalkError(
    'RACEWALK_C_PATCH',
    `${change.patch.file} changes only ${where}, and no plug-in here runs that`,
    {
      hint: 'see what there is: racewalk list archs',
    },
  );
}

const sidesOn = (change: Change, plugin: ArchPlugin): Sides => change.sides(directoryOf(plugin));

function rowsOf(
  { bench }: Context,
  options: PatchOptions,
  plugins: readonly ArchPlugin[],
  sides: ReadonlyMap<string, Sides>,
  called: Set<string>,
): Row[] {
  const matches = options.test === undefined ? () => true : globMatcher(options.test);
  return bench.registry.scenarios
    .filter(({ id }) => matches(id))
    .flatMap((scenario) =>
      plugins.flatMap((plugin) => {
        const { before, after } = sides.get(plugin.id) as Sides;
        if (after.replaced.length === 0) return [];
        return rowOf(scenario, plugin, { before, after, called }) ?? [];
      }),
    );
}

/** Run both columns. */
async function run(context: Context, rows: readonly Row[], options: PatchOptions): Promise<Compared[]> {
  const cells = rows.flatMap(({ before, after }) => [before, after]);
  const plan: Plan = { archs: [...new Set(rows.map(({ plugin }) => plugin))], cells, problems: [] };
  const limits = { ...executionsOf(options, MOST), budget: options.budget };
  const { results, interrupted } = await alone(context, limits)(plan, NO_HOOKS);
  if (interrupted)
    throw new RacewalkError('RACEWALK_INTERRUPTED', 'interrupted', { hint: 'fewer races: --test GLOB' });
  const plain: ReportCell[] = results.map((result) => reportCell(result));
  return rows.flatMap(({ test, plugin }, i) => {
    const [before, after] = [plain[2 * i], plain[2 * i + 1]];
    return before === undefined || after === undefined ? [] : [{ test, arch: plugin.id, before, after }];
  });
}
