/**
 * The whole matrix: tests and every variant of them as rows, architectures as columns, executions in the cells.
 */
import type { ConformanceReport, ReportCell } from '@racewalk/conformance/matrix';
import type { Context } from '../context.js';
import { grouped } from './numbers.js';
import { type Race, racesOf } from './races.js';

/** Text of one cell and how it is painted. */
interface Shown {
  readonly text: string;
  readonly paint: 'good' | 'bad' | 'dim' | 'warn';
}

function shown(cell: ReportCell | undefined): Shown {
  if (cell === undefined) return { text: '', paint: 'dim' };
  if (cell.verdict === 'not-applicable') return { text: '–', paint: 'dim' };
  if (cell.verdict === 'bounded') return { text: `… ${grouped(cell.executions)}`, paint: 'warn' };
  const text = cell.verdict === 'violates' ? (cell.invariant ?? '') : cell.verdict;
  if (!cell.asExpected) return { text: `‼ ${text}`, paint: 'bad' };
  return cell.verdict === 'violates'
    ? { text: `✗ ${text}`, paint: 'good' }
    : { text: `${cell.order === undefined ? '✓' : '°'} ${grouped(cell.executions)}`, paint: 'good' };
}

/** `arm64-contpte-sw` in lines of at most `width`, broken behind hyphens, but `x86-64` stays whole. */
function heading(id: string, width: number): string[] {
  const lines: string[] = [];
  for (const part of id.split(/(?<=-)(?=[a-z])/)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + part.length <= width) lines[lines.length - 1] = last + part;
    else lines.push(part);
  }
  return lines;
}

const COLUMN = 10;
const GAP = 2;

/** One row: a test, a release of Linux, or one of its mutants. */
interface Row {
  readonly label: string;
  /** Behind the label, or below it where both do not fit: the release of Linux that does what upstream does. */
  readonly same?: string;
  readonly cells: ReadonlyMap<string, ReportCell>;
}

function rowsOf({ test, variants, same: [release] }: Race): Row[] {
  const others = [...variants].filter(([name]) => name !== 'upstream');
  return [
    {
      label: test,
      ...(release === undefined ? {} : { same: ` =${release}` }),
      cells: variants.get('upstream') ?? new Map(),
    },
    ...others.map(([name, cells]) => ({ label: `  ${name.replace(':', ' ')}`, cells })),
  ];
}

/** The matrix as lines. Architectures that do not fit side by side go into further tables below. */
export function wholeTable(report: ConformanceReport, context: Context): string[] {
  const { colors, width } = context;
  const paints = { good: colors.green, bad: colors.red, dim: colors.dim, warn: colors.yellow };
  const rows = racesOf(report.cells).flatMap(rowsOf);
  const longest = Math.max(...rows.map(({ label, same = '' }) => label.length + same.length), 4);
  const ids = Math.max(...rows.map(({ label }) => (label.startsWith(' ') ? 0 : label.length)));
  const all = report.archs.length;
  // Nothing is cut, because people type it in: a name that is too long for its column has a line of its own.
  const label = Math.min(longest, Math.max(28, ids, width - all * (COLUMN + GAP)));
  const most = Math.max(1, Math.floor((width - label) / (COLUMN + GAP)));
  const fit = Math.ceil(all / Math.ceil(all / most));
  const out: string[] = [];
  for (let from = 0; from < report.archs.length; from += fit) {
    const archs = report.archs.slice(from, from + fit).map((arch) => arch.id);
    const heads = archs.map((id) => heading(id, COLUMN));
    const height = Math.max(...heads.map((head) => head.length));
    if (from > 0) out.push('');
    for (let y = 0; y < height; y++) {
      const parts = heads.map((head) => (head[y - (height - head.length)] ?? '').padStart(COLUMN + GAP));
      out.push(colors.bold(' '.repeat(label) + parts.join('')).trimEnd());
    }
    for (const row of rows) {
      const cells = archs.map((id) => {
        const { text, paint } = shown(row.cells.get(id));
        return ' '.repeat(Math.max(GAP, COLUMN + GAP - text.length)) + paints[paint](text);
      });
      const { same = '' } = row;
      const beside = row.label.length + same.length <= label;
      const above = row.label.length > label;
      if (above) out.push(row.label);
      const name = above ? '' : beside ? row.label + same : row.label;
      out.push((name.padEnd(label) + cells.join('')).trimEnd());
      if (!beside && same !== '') out.push(colors.dim(`  upstream${same}`));
    }
  }
  return out;
}
