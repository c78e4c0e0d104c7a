/** Names of the cells that need a look, in a list short enough to be read. */
import type { ConformanceReport, ReportCell } from '@racewalk/conformance/matrix';
import type { Context } from '../context.js';
import { count, grouped, wrap } from './numbers.js';
import { failing, verdictText } from './verdicts.js';

/** Lines of a list; what is beyond is counted. */
const MOST = 20;

/** What a cell came to, without what differs between architectures. */
const what = (cell: ReportCell): string => {
  if (cell.verdict === 'bounded') return `bounded (${cell.bound})${reasonOf(cell)}`;
  const found = `expected ${cell.expected}, found ${verdictText(cell)}`;
  return cell.verdict === 'violates' || cell.verdict === 'holds' ? found : `${found}${reasonOf(cell)}`;
};

const reasonOf = ({ reason }: ReportCell): string =>
  reason === undefined ? '' : `: ${reason.replace(/\s*\n.*$/s, '')}`;

function namesOf(cells: readonly ReportCell[], sign: string, all: number, { width }: Context): string[] {
  const groups = new Map<string, ReportCell[]>();
  for (const cell of cells) {
    const key = `${cell.test}\n${cell.variant}\n${what(cell)}`;
    groups.set(key, [...(groups.get(key) ?? []), cell]);
  }
  const entries = [...groups.values()].map((group) => {
    const [first] = group as [ReportCell];
    const archs = group.length > 1 && group.length === all ? 'all' : group.map(({ arch }) => arch).join(', ');
    const alone = first.verdict === 'bounded' && group.length === 1;
    const after = alone ? ` after ${count(first.executions, 'execution')}` : '';
    const text = `${first.test} ${first.variant} on ${archs}: ${what(first)}${after}`;
    return wrap(text, width - 4).map((line, i) => `${i === 0 ? `  ${sign}` : '   '} ${line}`);
  });
  const more = entries.length - MOST;
  return [...entries.slice(0, MOST).flat(), ...(more > 0 ? [`  ${sign} and ${grouped(more)} more`] : [])];
}

/** Cells that are not as expected, and cells that were not decided; nothing if all is well. */
export function needsALook(report: ConformanceReport, context: Context): string[] {
  const { colors } = context;
  const all = report.archs.length;
  const bounded = report.cells.filter(({ verdict }) => verdict === 'bounded');
  return [
    ...namesOf(failing(report), '‼', all, context).map(colors.red),
    ...namesOf(bounded, '…', all, context).map(colors.yellow),
  ];
}
