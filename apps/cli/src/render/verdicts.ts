/** What cells came to, in words. */
import { type ConformanceReport, type ReportCell, summarize } from '@racewalk/conformance/matrix';
import { count } from './numbers.js';

/** What a cell of a report came to. */
export function verdictText(cell: ReportCell): string {
  if (cell.verdict === 'violates') return `violates ${cell.invariant}`;
  if (cell.verdict === 'bounded')
    return `bounded (${cell.bound}) after ${count(cell.executions, 'execution')}`;
  return cell.verdict;
}

/** Cells that are not as expected. */
export const failing = (report: ConformanceReport): ReportCell[] =>
  report.cells.filter((cell) => !cell.asExpected && cell.verdict !== 'bounded');

/** The first line of a run. */
export function headline(report: Pick<ConformanceReport, 'archs' | 'cells'>): string {
  const races = new Set(report.cells.map((cell) => cell.test)).size;
  const parts = [
    count(report.archs.length, 'architecture'),
    count(races, 'race'),
    count(summarize(report.cells, 0).cells, 'cell'),
  ];
  return `Racewalk conformance · ${parts.join(' · ')}`;
}
