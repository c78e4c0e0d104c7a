/** The report as Markdown, for summaries of CI runs and pages of the documentation. */
import type { ConformanceReport, ReportCell } from '@racewalk/conformance/matrix';
import { markdown } from '@racewalk/trace';
import { count, grouped, time } from './numbers.js';
import { omissionItems } from './omissions.js';
import { failing, headline, verdictText } from './verdicts.js';

const cellText = (cell: ReportCell | undefined): string => {
  if (cell === undefined) return '';
  if (cell.verdict === 'not-applicable') return '–';
  if (cell.verdict === 'bounded') return `… ${verdictText(cell)}`;
  if (!cell.asExpected) return `**‼ ${verdictText(cell)}**`;
  if (cell.verdict === 'violates') return `✗ ${cell.invariant}`;
  return `✓ ${grouped(cell.executions)}${cell.order === undefined ? '' : ' in order'}`;
};

const escaped = (text: string): string => text.replace(/\|/g, '\\|').replace(/\n/g, ' ');

/** A table of all cells, the failing ones in detail, why cells do not apply, and what is not modelled. */
export function markdownReport(report: ConformanceReport): string {
  const ids = report.archs.map((arch) => arch.id);
  const row = (cells: readonly string[]) => `| ${cells.map(escaped).join(' | ')} |`;
  const names = [...new Set(report.cells.map((cell) => `${cell.test}\n${cell.variant}`))];
  const rows = names.map((name) => {
    const [test = '', variant = ''] = name.split('\n');
    const found = (id: string) =>
      report.cells.find((c) => c.test === test && c.variant === variant && c.arch === id);
    const [same] = ids.flatMap((id) => found(id)?.linux ?? []);
    const is = same === undefined ? '' : ` = \`linux:${same}\``;
    const label = variant === 'upstream' ? `\`${test}\`${is}` : `&emsp;\`${variant}\``;
    return row([label, ...ids.map((id) => cellText(found(id)))]);
  });
  const { summary } = report;
  const reasons = new Map<string, number>();
  for (const { verdict, reason } of report.cells) {
    if (verdict === 'not-applicable') reasons.set(reason ?? '', (reasons.get(reason ?? '') ?? 0) + 1);
  }
  const out = [
    `# ${headline(report)}`,
    '',
    `${grouped(summary.asExpected)} as expected, ${grouped(summary.unexpected)} unexpected, ` +
      `${grouped(summary.bounded)} bounded, ${grouped(summary.notApplicable)} not applicable; ` +
      `${count(summary.executions, 'execution')} in ${time(summary.ms)}.`,
    '',
    row(['test', ...ids]),
    row(['---', ...ids.map(() => '---')]),
    ...rows,
    '',
  ];
  for (const problem of report.problems ?? []) out.push('```', problem, '```', '');
  for (const cell of failing(report)) {
    out.push(`## ${cell.test} on ${cell.arch}, ${cell.variant}`, '');
    out.push(`Expected ${cell.expected}, found ${verdictText(cell)}.`, '');
    if (cell.trace !== undefined) out.push(markdown(cell.trace));
    else if (cell.reason !== undefined) out.push(`${cell.reason}.`, '');
  }
  if (reasons.size > 0) out.push('## Not applicable', '');
  for (const [reason, n] of reasons) out.push(`- ${n} × ${reason}`);
  out.push('', '## Not modelled', '');
  out.push(...omissionItems(report));
  return `${out.join('\n').trimEnd()}\n`;
}
