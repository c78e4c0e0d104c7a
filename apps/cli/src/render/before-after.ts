/** What a patch changes: a matrix of two columns, with what changed first and last. */
import type { ReportCell } from '@racewalk/conformance/matrix';
import type { Change, Sides } from '@racewalk/kernel-c';
import { columns } from '@racewalk/trace';
import type { Context } from '../context.js';
import { count, grouped, wrap } from './numbers.js';

/** A race on a plug-in before and after. */
export interface Compared {
  readonly test: string;
  readonly arch: string;
  readonly before: ReportCell;
  readonly after: ReportCell;
}

/** What there is to say of a patch. */
export interface PatchReport {
  readonly change: Change;
  readonly plugins: readonly string[];
  readonly sides: ReadonlyMap<string, Sides>;
  readonly compared: readonly Compared[];
  readonly tree: string | null;
}

const shown = ({ verdict, invariant, executions }: ReportCell): string => {
  if (verdict === 'holds') return `✓ ${grouped(executions)}`;
  if (verdict === 'violates') return `✗ ${invariant}`;
  return verdict === 'bounded' ? `… ${grouped(executions)}` : `‼ ${verdict}`;
};

const outcome = ({ verdict, invariant }: ReportCell): string => `${verdict} ${invariant ?? ''}`;

/** Whether the verdicts of the two columns differ. */
export const differs = ({ before, after }: Compared): boolean => outcome(before) !== outcome(after);

/** Whether it held before and does not after. */
export const worse = (row: Compared): boolean =>
  row.before.verdict === 'holds' && row.after.verdict !== 'holds';

const repaired = (row: Compared): boolean => row.after.verdict === 'holds' && row.before.verdict !== 'holds';

/** Counterexamples that are printed in full; the others are told how to be seen. */
const MOST_TRACES = 3;

function headline({ change, plugins }: PatchReport): string {
  const files = new Set(change.touched.map(({ file }) => file)).size;
  const names = [...new Set(change.touched.map(({ name }) => name))];
  return `${change.patch.file} · ${count(names.length, 'function')} changed in ${count(files, 'file')} · ${count(plugins.length, 'plug-in')}`;
}

function conclusion({ compared }: PatchReport): string {
  const broken = compared.filter(worse).length;
  const mended = compared.filter(repaired).length;
  const still = compared.filter((row) => !worse(row) && row.after.verdict === 'violates').length;
  if (compared.length === 0) return 'no race calls what the patch changes: nothing was decided';
  const parts = [
    broken > 0 ? `${count(broken, 'cell')} broken by the patch` : '',
    mended > 0 ? `${count(mended, 'cell')} mended` : '',
    still > 0 ? `${count(still, 'cell')} broken before and after` : '',
  ].filter((part) => part !== '');
  const same = compared.length - compared.filter(differs).length;
  return [...parts, `${count(same, 'cell')} with the same verdict`].join(' · ');
}

/** Rows with one plug-in a line. */
function table(rows: readonly Compared[], { colors }: Context): string[] {
  const test = Math.max(4, ...rows.map((row) => row.test.length));
  const arch = Math.max(7, ...rows.map((row) => row.arch.length));
  const first = Math.max(6, ...rows.map((row) => shown(row.before).length));
  const line = (a: string, b: string, c: string, d: string) =>
    `${a.padEnd(test)}  ${b.padEnd(arch)}  ${c.padEnd(first)}  ${d}`.trimEnd();
  const paint = (row: Compared): ((text: string) => string) =>
    worse(row) ? colors.red : repaired(row) ? colors.green : String;
  return [
    colors.bold(line('race', 'plug-in', 'before', 'after')),
    ...rows.map((row) => paint(row)(line(row.test, row.arch, shown(row.before), shown(row.after)))),
  ];
}

function functions(report: PatchReport, { width }: Context): string[] {
  const { change, sides } = report;
  const out: string[] = [];
  const say = (head: string, text: string) =>
    out.push(
      ...wrap(text, width - 12, '  ').map((line, i) => `  ${(i === 0 ? head : '').padEnd(9)} ${line}`),
    );
  const all = [...sides.values()];
  const runs = new Set(all.flatMap(({ after }) => after.replaced));
  if (runs.size > 0) say('runs', [...runs].join(', '));
  const known = new Set(change.touched.map(({ name }) => name));
  const helpers = [...known].filter((name) => !runs.has(name));
  if (helpers.length > 0) say('besides', `${helpers.join(', ')} (where these are called)`);
  const refused = new Map(
    all.flatMap(({ after }) => after.refused.map(({ name, why }) => [name, why] as const)),
  );
  for (const [name, why] of refused) say('refused', `${name}: ${why}`);
  for (const { name, file, line, header } of change.partial)
    say(
      'not whole',
      `${name}() of ${file}: the patch has ${header} of it (${change.patch.file}:${line}); give the tree, --tree DIR, or a patch with whole functions, git format-patch -W`,
    );
  const noBefore = change.touched
    .filter(({ before, name }) => !before && runs.has(name))
    .map(({ name }) => name);
  if (noBefore.length > 0 && report.tree === null)
    say(
      'before',
      `what Racewalk has stands for ${noBefore.join(', ')}: the patch does not have the old text`,
    );
  for (const note of change.notes) say('note', note);
  if (change.patch.others.length > 0) say('no C', change.patch.others.join(', '));
  return out;
}

function traces(report: PatchReport, context: Context): string[] {
  const bad = report.compared.filter(
    (row) => row.after.verdict !== 'holds' && row.after.verdict !== 'bounded',
  );
  const changed = bad.filter(differs);
  const seen = new Set<string>();
  const out: string[] = [];
  for (const { test, after, before } of changed.length > 0 ? changed : bad) {
    const key = `${test} ${after.invariant}`;
    if (seen.has(key) || seen.size === MOST_TRACES) continue;
    seen.add(key);
    const { trace, reason } = after;
    const head = `${context.colors.red('‼')} before ${outcome(before).trim()}, after ${outcome(after).trim()}`;
    // A token alone does not have the text that it was made with.
    const text =
      trace === undefined
        ? []
        : columns({ ...trace, token: undefined } as typeof trace, context.print).split('\n');
    out.push(
      head,
      ...(reason === undefined || after.verdict !== 'error'
        ? []
        : wrap(reason, context.width - 2).map((l) => `  ${l}`)),
      ...text,
    );
  }
  return out;
}

function assumed({ sides, change }: PatchReport, { width }: Context): string[] {
  const all = [...sides.values()];
  const list = (of: (s: Sides) => readonly string[]) => [...new Set(all.flatMap(of))].sort();
  const off = list((s) => s.assumed.off);
  const silent = list((s) => s.assumed.silent);
  const lines = [
    off.length > 0 ? `taken as off: ${off.join(', ')}` : '',
    silent.length > 0 ? `without effect: ${silent.join(', ')}` : '',
    change.options.repeat === false
      ? 'each plain load is made once'
      : 'the compiler may repeat plain loads, once each',
    'a race counts as calling a function if one of its first 64 schedules does',
    'memory order: as each plug-in says (store buffers, or sequential consistency only)',
  ].filter((line) => line !== '');
  return ['assumed:', ...lines.flatMap((line) => wrap(line, width - 2, '  ').map((l) => `  ${l}`))];
}

function pretty(report: PatchReport, context: Context): string {
  const { compared } = report;
  const { colors } = context;
  const changed = compared.filter(differs);
  const out = [colors.bold(headline(report)), conclusion(report), ''];
  if (changed.length > 0) out.push(...table(changed, context), '');
  out.push('functions:', ...functions(report, context), '');
  const same = compared.filter((row) => !differs(row));
  if (same.length > 0) out.push('as before:', ...table(same, context), '');
  out.push(...traces(report, context), ...assumed(report, context), '');
  if (changed.length > 0) out.push(...table(changed, context));
  out.push(conclusion(report));
  return `${out.join('\n')}\n`;
}

/** The report in a form. */
export function patchReport(report: PatchReport, context: Context, form: 'pretty' | 'json'): string {
  if (form === 'pretty') return pretty(report, context);
  const { change, plugins, sides, compared, tree } = report;
  const json = {
    schema: 'racewalk.patch/1',
    patch: change.patch.file,
    tree,
    plugins,
    touched: change.touched,
    partial: change.partial,
    notes: change.notes,
    functions: Object.fromEntries(
      [...sides].map(([id, { after }]) => [id, { replaced: after.replaced, refused: after.refused }]),
    ),
    cells: compared,
  };
  return `${JSON.stringify(json, null, 1)}\n`;
}
