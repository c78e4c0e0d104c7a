/** What a patch changes: a matrix of two columns, with what changed first and last. */
import type { ReportCell } from '@racewalk/conformance/matrix';
import type { Change, Sides } from '@racewalk/kernel-c';
import { columns, type Trace } from '@racewalk/trace';
import type { Context } from '../context.js';
import { count, grouped, wrap } from './numbers.js';

/** A race on a plug-in before and after. */
export interface Compared {
  readonly test: string;
  readonly arch: string;
  readonly before: ReportCell;
  readonly after: ReportCell;
  /** Names whose bodies the race itself replaces. */
  readonly own: readonly string[];
}

/** A race that replaces functions itself, for instance to watch them, may be gone past by a text. */
export const comparable = ({ own }: Compared): boolean => own.length === 0;

/** What there is to say of a patch, or of a tree. */
export interface PatchReport {
  readonly subject: 'patch' | 'tree';
  /** The file or the directory. */
  readonly name: string;
  readonly touched: Change['touched'];
  readonly partial: Change['partial'];
  readonly notes: readonly string[];
  /** Files that are no C. */
  readonly others: readonly string[];
  /** Whether a compiler may repeat plain loads. */
  readonly repeat: boolean;
  readonly plugins: readonly string[];
  readonly sides: ReadonlyMap<string, Sides>;
  readonly compared: readonly Compared[];
  readonly tree: string | null;
}

/** Changed functions that no plug-in runs, because what would call them is refused. */
export function refusedOf({ sides }: Pick<PatchReport, 'sides'>): string[] {
  const found = notRun(sides);
  return [...found].filter(([, refused]) => refused.size > 0).map(([name]) => name);
}

/** Changed functions that run on no plug-in: what would run them, and is refused. */
function notRun(sides: PatchReport['sides']): Map<string, Set<string>> {
  const all = [...sides.values()];
  const found = new Map<string, Set<string>>();
  for (const { name, refused } of all.flatMap((s) => s.notRun))
    found.set(name, new Set([...(found.get(name) ?? []), ...refused]));
  return found;
}

const HEADS = { patch: ['before', 'after'], tree: ['Racewalk', 'tree'] } as const;

const shown = ({ verdict, invariant, executions }: ReportCell): string => {
  if (verdict === 'holds') return `✓ ${grouped(executions)}`;
  if (verdict === 'violates') return `✗ ${invariant}`;
  return verdict === 'bounded' ? `… ${grouped(executions)}` : `‼ ${verdict}`;
};

const outcome = ({ verdict, invariant }: ReportCell): string => `${verdict} ${invariant ?? ''}`;

/** Code that cannot be run in the race, with either text. */
const cannot = ({ before, after }: Compared): boolean =>
  before.verdict === 'error' && after.verdict === 'error';

const undecided = (row: Compared): boolean =>
  row.before.verdict === 'bounded' || row.after.verdict === 'bounded' || cannot(row);

/** Whether the verdicts of the two columns differ; a search that was bounded has none. */
export const differs = (row: Compared): boolean =>
  !undecided(row) && outcome(row.before) !== outcome(row.after);

/** Whether it held before and does not after. */
const worse = (row: Compared): boolean =>
  differs(row) && row.before.verdict === 'holds' && row.after.verdict !== 'holds';

const repaired = (row: Compared): boolean => differs(row) && row.after.verdict === 'holds';

/** Counterexamples that are printed in full; the others are told how to be seen. */
const MOST_TRACES = 3;

function headline({ subject, name, touched, partial, plugins, sides }: PatchReport): string {
  const where = count(plugins.length, 'plug-in');
  if (subject === 'tree') {
    const runs = new Set([...sides.values()].flatMap(({ after }) => after.replaced));
    return `${name} · ${count(runs.size, 'function')} in place of Racewalk's · ${where}`;
  }
  const files = new Set(touched.map(({ file }) => file)).size;
  const names = new Set(touched.map((f) => f.name));
  const parts = new Set(partial.map((f) => f.name)).size;
  const some = parts === 0 ? '' : ` · ${count(parts, 'function')} in part`;
  return `${name} · ${count(names.size, 'function')} changed in ${count(files, 'file')}${some} · ${where}`;
}

function conclusion({ compared: all, subject, sides, touched, partial }: PatchReport): string {
  const compared = all.filter(comparable);
  const left = all.length - compared.length;
  const open = refusedOf({ sides });
  if (touched.length === 0 && partial.length > 0)
    return 'no function is whole in the patch: nothing was decided; give the tree, --tree DIR';
  if (compared.length === 0 && left > 0) return `${count(left, 'cell')} not compared: nothing was decided`;
  if (compared.length === 0 && open.length > 0) return `NOT RUN: ${open.join(', ')}: nothing was decided`;
  if (compared.length === 0)
    return subject === 'patch'
      ? 'no race calls what the patch changes: nothing was decided'
      : 'no race calls a function of the tree: nothing was decided';
  const n = (of: (row: Compared) => boolean, what: string): string => {
    const found = compared.filter(of).length;
    return found === 0 ? '' : `${count(found, 'cell')} ${what}`;
  };
  const same = (row: Compared): boolean => !differs(row) && !undecided(row);
  const parts =
    subject === 'tree'
      ? [n(differs, 'with ANOTHER verdict than Racewalk')]
      : [
          n(worse, 'broken by the patch'),
          n(repaired, 'mended'),
          n((row) => differs(row) && !worse(row) && !repaired(row), 'broken in another way'),
          n((row) => same(row) && row.after.verdict !== 'holds', 'broken before and after'),
        ];
  return [
    open.length === 0 ? '' : `NOT RUN: ${open.join(', ')}`,
    ...parts,
    n((row) => undecided(row) && !cannot(row), 'bounded'),
    n(cannot, 'that cannot be run'),
    `${count(compared.filter(same).length, 'cell')} with the same verdict`,
    left === 0 ? '' : `${count(left, 'cell')} not compared`,
  ]
    .filter((part) => part !== '')
    .join(' · ');
}

/** A line of a table. */
interface Line {
  readonly test: string;
  readonly arch: string;
  readonly before: string;
  readonly after: string;
  readonly row: Compared;
}

const lineOf = (row: Compared): Line => ({
  test: row.test,
  arch: row.arch,
  before: shown(row.before),
  after: shown(row.after),
  row,
});

/** Executions from the fewest to the most. */
function span(cells: readonly ReportCell[]): string {
  const all = cells.map(({ executions }) => executions);
  const [least, most] = [Math.min(...all), Math.max(...all)];
  return `✓ ${grouped(least)}${least === most ? '' : `…${grouped(most)}`}`;
}

/** Plug-ins on which a race holds before and after share a line, if they are many. */
const MANY = 3;

function together(rows: readonly Compared[]): Line[] {
  const holds = (row: Compared): boolean => row.before.verdict === 'holds' && row.after.verdict === 'holds';
  const tests = [...new Set(rows.map(({ test }) => test))];
  return tests.flatMap((test) => {
    const own = rows.filter((row) => row.test === test);
    const good = own.filter(holds);
    const [first] = good;
    if (first === undefined || good.length < MANY) return own.map(lineOf);
    const [before, after] = [span(good.map((row) => row.before)), span(good.map((row) => row.after))];
    const arch = count(good.length, 'plug-in');
    return [{ test, arch, before, after, row: first }, ...own.filter((row) => !holds(row)).map(lineOf)];
  });
}

/** What is the same need not be said by plug-in. */
function table(
  rows: readonly Compared[],
  subject: PatchReport['subject'],
  { colors }: Context,
  lines: readonly Line[] = rows.map(lineOf),
): string[] {
  const [one, two] = HEADS[subject];
  const test = Math.max(4, ...lines.map((l) => l.test.length));
  const arch = Math.max(7, ...lines.map((l) => l.arch.length));
  const first = Math.max(one.length, ...lines.map((l) => l.before.length));
  const line = (a: string, b: string, c: string, d: string) =>
    `${a.padEnd(test)}  ${b.padEnd(arch)}  ${c.padEnd(first)}  ${d}`.trimEnd();
  const paint = (row: Compared): ((text: string) => string) =>
    worse(row) ? colors.red : repaired(row) ? colors.green : String;
  return [
    colors.bold(line('race', 'plug-in', one, two)),
    ...lines.map((l) => paint(l.row)(line(l.test, l.arch, l.before, l.after))),
  ];
}

function functions(report: PatchReport, { width }: Context): string[] {
  const { touched, partial, sides } = report;
  const out: string[] = [];
  const say = (head: string, text: string) =>
    out.push(
      ...wrap(text, width - 12, '  ').map((line, i) => `  ${(i === 0 ? head : '').padEnd(9)} ${line}`),
    );
  const all = [...sides.values()];
  const runs = new Set(all.flatMap(({ after }) => after.replaced));
  if (runs.size > 0) say('runs', [...runs].join(', '));
  const known = new Set(touched.map(({ name }) => name));
  const none = notRun(sides);
  const left = [...none].filter(([, refused]) => refused.size > 0);
  for (const [name, refused] of left)
    say(
      'NOT RUN',
      `${name}: what calls it is refused (${[...refused].join(', ')}), and Racewalk's own stands there`,
    );
  const uncalled = [...none].filter(([, refused]) => refused.size === 0).map(([name]) => name);
  if (uncalled.length > 0) say('not run', `${uncalled.join(', ')}: no function of the machine calls these`);
  const helpers = [...known].filter((name) => !runs.has(name) && !none.has(name));
  if (helpers.length > 0) say('besides', `${helpers.join(', ')} (where these are called)`);
  const refused = new Map(
    all.flatMap(({ after }) => after.refused.map(({ name, why }) => [name, why] as const)),
  );
  for (const [name, why] of refused) say('refused', `${name}: ${why}`);
  for (const { name, file, line, header } of partial)
    say(
      'not whole',
      `${name === '' ? 'a function' : `${name}()`} of ${file}: the patch has ${header} of it (${report.name}:${line}); give the tree, --tree DIR, or a patch with whole functions, git format-patch -W`,
    );
  const noBefore = touched.filter(({ before, name }) => !before && runs.has(name)).map(({ name }) => name);
  if (noBefore.length > 0 && report.tree === null)
    say(
      'before',
      `what Racewalk has stands for ${noBefore.join(', ')}: the patch does not have the old text`,
    );
  for (const note of report.notes) say('note', note);
  if (report.others.length > 0) say('no C', report.others.join(', '));
  return out;
}

function notCompared(rows: readonly Compared[], subject: PatchReport['subject'], context: Context): string[] {
  const names = [...new Set(rows.flatMap(({ own }) => own))].sort().join(', ');
  const why = `not compared, because these races replace functions themselves (${names}), and C may go past those:`;
  return [...wrap(why, context.width), ...table(rows, subject, context, together(rows))];
}

/** A token does not have the text that it was made with: whoever replays it gives the file. */
function withFiles({ subject, name, tree }: PatchReport, trace: Trace): Trace {
  const files =
    subject === 'tree' ? `--tree ${name}` : `--patch ${name}${tree === null ? '' : ` --tree ${tree}`}`;
  return { ...trace, hints: [...trace.hints, `the text is not in the token: replay with ${files}`] };
}

function traces(report: PatchReport, context: Context): string[] {
  const bad = report.compared.filter(
    (row) => comparable(row) && row.after.verdict !== 'holds' && row.after.verdict !== 'bounded',
  );
  const changed = bad.filter(differs);
  const seen = new Set<string>();
  const out: string[] = [];
  for (const { test, after, before } of changed.length > 0 ? changed : bad) {
    const key = `${test} ${after.invariant}`;
    if (seen.has(key) || seen.size === MOST_TRACES) continue;
    seen.add(key);
    const { trace, reason } = after;
    const [one, two] = HEADS[report.subject];
    const head = `${context.colors.red('‼')} ${one} ${outcome(before).trim()}, ${two} ${outcome(after).trim()}`;
    const text = trace === undefined ? [] : columns(withFiles(report, trace), context.print).split('\n');
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

function assumed({ sides, repeat }: PatchReport, { width }: Context): string[] {
  const all = [...sides.values()];
  const list = (of: (s: Sides) => readonly string[]) => [...new Set(all.flatMap(of))].sort();
  const off = list((s) => s.assumed.off);
  const silent = list((s) => s.assumed.silent);
  const lines = [
    off.length > 0 ? `taken as off: ${off.join(', ')}` : '',
    silent.length > 0 ? `without effect: ${silent.join(', ')}` : '',
    !repeat ? 'each plain load is made once' : 'the compiler may repeat plain loads, once each',
    'a race counts as calling a function if one of its first 64 schedules does',
    'memory order: that of the hardware of each plug-in',
  ].filter((line) => line !== '');
  return ['assumed:', ...lines.flatMap((line) => wrap(line, width - 2, '  ').map((l) => `  ${l}`))];
}

function pretty(report: PatchReport, context: Context): string {
  const { compared, subject } = report;
  const { colors } = context;
  const counted = compared.filter(comparable);
  const changed = counted.filter(differs);
  const out = [colors.bold(headline(report)), conclusion(report), ''];
  if (changed.length > 0) out.push(...table(changed, subject, context), '');
  out.push('functions:', ...functions(report, context), '');
  const same = counted.filter((row) => !differs(row));
  if (same.length > 0)
    out.push(
      subject === 'patch' ? 'as before:' : 'the same:',
      ...table(same, subject, context, together(same)),
      '',
    );
  const left = compared.filter((row) => !comparable(row));
  if (left.length > 0) out.push(...notCompared(left, subject, context), '');
  out.push(...traces(report, context), ...assumed(report, context), '');
  if (changed.length > 0) out.push(...table(changed, subject, context));
  out.push(conclusion(report));
  return `${out.join('\n')}\n`;
}

/** The report in a form. */
export function patchReport(report: PatchReport, context: Context, form: 'pretty' | 'json'): string {
  if (form === 'pretty') return pretty(report, context);
  const { subject, name, plugins, sides, compared, tree, touched, partial, notes } = report;
  const json = {
    schema: 'racewalk.patch/1',
    subject,
    name,
    tree,
    plugins,
    touched,
    partial,
    notes,
    functions: Object.fromEntries(
      [...sides].map(([id, { after, notRun: none }]) => [
        id,
        { replaced: after.replaced, refused: after.refused, notRun: none },
      ]),
    ),
    cells: compared,
  };
  return `${JSON.stringify(json, null, 1)}\n`;
}
