/** `racewalk check --patch` and `--tree`: C of the kernel in the races that call it, beside what stood there before. */
import { globMatcher, type Plan, reportCell } from '@racewalk/conformance/matrix';
import { type ArchPlugin, RacewalkError } from '@racewalk/core';
import { Change, type ChangeOptions, loadC, readPatch, type Sides, WholeTree } from '@racewalk/kernel-c';
import type { Context } from '../context.js';
import { usageError } from '../errors.js';
import { EXIT } from '../exit-codes.js';
import { withArchs } from '../input/archs.js';
import { executionsOf } from '../input/bounds.js';
import { deliver, readText } from '../input/files.js';
import { type Row, rowOf } from '../patch/columns.js';
import { directoryOf, NOT_FROM_A_TREE } from '../patch/plugins.js';
import { type KernelTree, openTree } from '../patch/tree.js';
import { type Compared, comparable, differs, type PatchReport, patchReport } from '../render/before-after.js';
import type { RunOptions } from './conformance.js';
import { NO_HOOKS } from './resumable.js';
import { alone } from './run-plan.js';

/** Options of `check` with `--patch`, `--tree` or both. */
export interface PatchOptions extends RunOptions {
  readonly patch?: string | undefined;
  readonly tree?: string | undefined;
  readonly config?: readonly string[];
  readonly plain: 'repeat' | 'once';
}

/** Executions of a cell before it is given up: a compiler may repeat plain loads, which makes more of them. */
const MOST = 200_000;

/** What the texts come from, and what is said of it. */
interface Subject extends Pick<PatchReport, 'subject' | 'name' | 'touched' | 'partial' | 'notes' | 'others'> {
  readonly plugins: readonly ArchPlugin[];
  readonly sides: ReadonlyMap<string, Sides>;
  /** The release that a tree without a patch is. */
  readonly release: string | null;
  /** The lines of the mail, for counterexamples. */
  readonly lines: readonly string[];
}

/** Run C of the kernel in the races that call it, and print both columns. */
export async function checkPatch(given: Context, options: PatchOptions): Promise<void> {
  if (options.reporter !== 'pretty' && options.reporter !== 'json')
    throw usageError(`--reporter ${options.reporter} does not go with --patch or --tree`, 'pretty or json');
  const { context, ids } = await withArchs(given, options.arch ?? []);
  // Whether there is such a test at all.
  if (options.test !== undefined) context.bench.suite.plan({ test: options.test, variant: 'upstream' });
  await loadC();
  const called = new Set<string>();
  const reading: ChangeOptions = {
    config: options.config ?? [],
    repeat: options.plain === 'repeat',
    onCall: (name) => called.add(name),
  };
  const tree = options.tree === undefined ? null : openTree(given, options.tree);
  const archs = context.bench.registry.archs.filter(
    ({ id }) => options.arch === undefined || ids.includes(id),
  );
  const { patch } = options;
  const subject =
    patch === undefined
      ? ofTree(options.tree ?? '', tree as KernelTree, archs, reading)
      : ofPatch(patch, readText(given, patch), tree, archs, reading);
  const compared = await run(context, rowsOf(context, options, subject, called), options);
  const code = (file: string, line: number): string | undefined =>
    (file === subject.name ? subject.lines : (tree?.read(file)?.split('\n') ?? []))[line - 1];
  const report: PatchReport = {
    ...subject,
    plugins: subject.plugins.map(({ id }) => id),
    repeat: options.plain === 'repeat',
    compared,
    tree: options.tree ?? null,
  };
  const reader = options.reporter === 'json' ? 'programs' : 'people';
  const printing = { ...context, print: { ...context.print, code } };
  deliver(given, patchReport(report, printing, options.reporter), options.output, reader);
  context.status.exit = exitOf(subject, compared);
}

/**
 * What does not hold after the patch is 1, whether it did before or not; a tree whose verdict is another than Racewalk's,
 * too. Where nothing was decided, it is 3.
 */
function exitOf({ subject }: Subject, all: readonly Compared[]): number {
  const compared = all.filter(comparable);
  const found = compared.map(({ after }) => after.verdict);
  const wrong =
    subject === 'tree'
      ? compared.some(differs)
      : found.some((verdict) => verdict !== 'holds' && verdict !== 'bounded');
  if (wrong) return EXIT.UNEXPECTED;
  return compared.length === 0 || found.includes('bounded') ? EXIT.BOUNDED : EXIT.OK;
}

function ofPatch(
  file: string,
  text: string,
  tree: KernelTree | null,
  archs: readonly ArchPlugin[],
  reading: ChangeOptions,
): Subject {
  const patch = readPatch(text, file);
  const change = new Change(patch, tree, reading);
  const plugins = change.archs.includes(null)
    ? archs
    : archs.filter((plugin) => change.archs.includes(directoryOf(plugin)));
  if (plugins.length === 0) {
    const where = change.archs.map((arch) => `arch/${arch}`).join(', ');
    throw new RacewalkError(
      'RACEWALK_C_PATCH',
      `${file} changes only ${where}, and no plug-in here runs that`,
      { hint: 'see what there is: racewalk list archs' },
    );
  }
  const { touched, partial, notes } = change;
  return {
    subject: 'patch',
    name: file,
    touched,
    partial,
    notes,
    others: patch.others,
    plugins,
    sides: new Map(plugins.map((plugin) => [plugin.id, change.sides(directoryOf(plugin))])),
    release: null,
    lines: patch.lines,
  };
}

function ofTree(
  name: string,
  tree: KernelTree,
  archs: readonly ArchPlugin[],
  reading: ChangeOptions,
): Subject {
  const whole = new WholeTree(tree, reading);
  const known = archs.filter((plugin) => directoryOf(plugin) !== null);
  const plugins = known.filter(({ id }) => NOT_FROM_A_TREE[id] === undefined);
  const left = known.filter((plugin) => !plugins.includes(plugin));
  if (plugins.length === 0)
    throw new RacewalkError(
      'RACEWALK_C_TREE',
      `no directory of ${name}/arch is what ${archs.map(({ id }) => id).join(', ')} stands for`,
      { hint: 'see what there is: racewalk list archs' },
    );
  const sides = new Map(
    plugins.map((plugin) => [plugin.id, whole.sides(directoryOf(plugin) as string)] as const),
  );
  const notes = left.map(({ id }) => `${id} is left out: ${NOT_FROM_A_TREE[id]}`);
  const nothing = { touched: [], partial: [], notes, others: [], lines: [] };
  return { subject: 'tree', name, ...nothing, plugins, sides, release: tree.release };
}

function rowsOf(
  { bench }: Context,
  { test }: PatchOptions,
  { plugins, sides, release }: Subject,
  called: Set<string>,
): Row[] {
  const matches = test === undefined ? () => true : globMatcher(test);
  return bench.registry.scenarios
    .filter(({ id }) => matches(id))
    .flatMap((scenario) =>
      plugins.flatMap((plugin) => {
        const { before, after } = sides.get(plugin.id) as Sides;
        if (after.replaced.length === 0) return [];
        return rowOf(scenario, plugin, { before, after, called, release }) ?? [];
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
  const plain = results.map((result) => reportCell(result));
  return rows.flatMap(({ test, plugin, own }, i) => {
    const [before, after] = [plain[2 * i], plain[2 * i + 1]];
    return before === undefined || after === undefined ? [] : [{ test, arch: plugin.id, before, after, own }];
  });
}
