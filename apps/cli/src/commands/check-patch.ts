/** `racewalk check --patch` and `--tree`: C of the kernel in the races that call it, beside what stood there before. */
import { globMatcher, type Plan, reportCell } from '@racewalk/conformance/matrix';
import { RacewalkError } from '@racewalk/core';
import type { Sides } from '@racewalk/kernel-c';
import type { Context } from '../context.js';
import { usageError } from '../errors.js';
import { EXIT } from '../exit-codes.js';
import { withArchs } from '../input/archs.js';
import { executionsOf } from '../input/bounds.js';
import { deliver } from '../input/files.js';
import { type ChangeRow, rowOf } from '../patch/columns.js';
import { type Subject, type SubjectOptions, subjectOf } from '../patch/subject.js';
import {
  type Compared,
  comparable,
  differs,
  type PatchReport,
  patchReport,
  refusedOf,
} from '../render/before-after.js';
import type { RunOptions } from './conformance.js';
import { NO_HOOKS } from './resumable.js';
import { alone } from './run-plan.js';

/** Options of `check` with `--patch`, `--tree` or both. */
export interface PatchOptions extends RunOptions, SubjectOptions {}

/** Executions of a cell before it is given up: a compiler may repeat plain loads, which makes more of them. */
const MOST = 200_000;

/** Run C of the kernel in the races that call it, and print both columns. */
export async function checkPatch(given: Context, options: PatchOptions): Promise<void> {
  if (options.reporter !== 'pretty' && options.reporter !== 'json')
    throw usageError(`--reporter ${options.reporter} does not go with --patch or --tree`, 'pretty or json');
  const { context, ids } = await withArchs(given, options.arch ?? []);
  // Whether there is such a test at all.
  if (options.test !== undefined) context.bench.suite.plan({ test: options.test, variant: 'upstream' });
  const called = new Set<string>();
  const archs = context.bench.registry.archs.filter(
    ({ id }) => options.arch === undefined || ids.includes(id),
  );
  const subject = await subjectOf(given, options, archs, (name) => called.add(name));
  const failed: string[] = [];
  const compared = await run(context, rowsOf(context, options, subject, called, failed), options);
  const report: PatchReport = {
    ...subject,
    notes: [...subject.notes, ...failed],
    plugins: subject.plugins.map(({ id }) => id),
    repeat: options.plain === 'repeat',
    compared,
    tree: options.tree ?? null,
  };
  const reader = options.reporter === 'json' ? 'programs' : 'people';
  const printing = { ...context, print: { ...context.print, code: subject.code } };
  deliver(given, patchReport(report, printing, options.reporter), options.output, reader);
  const exit = exitOf(subject, compared);
  const open = failed.length > 0 || refusedOf(subject).length > 0;
  context.status.exit = exit === EXIT.OK && open ? EXIT.BOUNDED : exit;
}

/**
 * What does not hold after the patch is 1, whether it did before or not; a tree whose verdict is another than Racewalk's,
 * too. Where nothing was decided, it is 3.
 */
function exitOf({ subject }: Subject, all: readonly Compared[]): number {
  const compared = all.filter(comparable);
  const found = compared.map(({ before, after }) =>
    before.verdict === 'error' && after.verdict === 'error' ? 'bounded' : after.verdict,
  );
  const wrong =
    subject === 'tree'
      ? compared.some(differs)
      : found.some((verdict) => verdict !== 'holds' && verdict !== 'bounded');
  if (wrong) return EXIT.UNEXPECTED;
  return compared.length === 0 || found.includes('bounded') ? EXIT.BOUNDED : EXIT.OK;
}

function rowsOf(
  { bench }: Context,
  { test }: PatchOptions,
  { plugins, sides, release }: Subject,
  called: Set<string>,
  failed: string[],
): ChangeRow[] {
  const matches = test === undefined ? () => true : globMatcher(test);
  return bench.registry.scenarios
    .filter(({ id }) => matches(id))
    .flatMap((scenario) =>
      plugins.flatMap((plugin) => {
        const { before, after, concerned, text } = sides.get(plugin.id) as Sides;
        if (after.replaced.length === 0) return [];
        try {
          return rowOf(scenario, plugin, { before, after, concerned, text, called, release }) ?? [];
        } catch (error) {
          // One race that cannot be built with the text says nothing of the others.
          if (!(error instanceof RacewalkError)) throw error;
          failed.push(`${scenario.id} on ${plugin.id} could not be run: ${error.message}`);
          return [];
        }
      }),
    );
}

/** Run both columns. */
async function run(context: Context, rows: readonly ChangeRow[], options: PatchOptions): Promise<Compared[]> {
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
