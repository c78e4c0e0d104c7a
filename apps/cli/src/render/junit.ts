/** The report as JUnit XML, for CI systems. */
import type { ConformanceReport, ReportCell } from '@racewalk/conformance';
import { columns } from '@racewalk/trace';
import { verdictText } from './pretty.js';

/** Text in an attribute or element. Characters that XML 1.0 cannot hold become U+FFFD. */
function xml(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;');
}

function body(cell: ReportCell): string[] {
  if (cell.verdict === 'not-applicable') return [`      <skipped message="${xml(cell.reason ?? '')}"/>`];
  if (cell.asExpected) return [];
  const tag = cell.verdict === 'error' ? 'error' : 'failure';
  const message = `expected ${cell.expected}, found ${verdictText(cell)}`;
  const text = cell.trace === undefined ? (cell.reason ?? '') : columns(cell.trace);
  return [`      <${tag} message="${xml(message)}" type="${xml(cell.verdict)}">${xml(text)}</${tag}>`];
}

function testcase(cell: ReportCell): string[] {
  const attributes = `classname="${xml(`${cell.arch}.${cell.test}`)}" name="${xml(cell.variant)}"`;
  const open = `    <testcase ${attributes} time="${(cell.ms / 1000).toFixed(3)}"`;
  const inside = body(cell);
  return inside.length === 0 ? [`${open}/>`] : [`${open}>`, ...inside, '    </testcase>'];
}

/** One suite per architecture, one test case per cell. Bounded cells are failures: they prove nothing. */
export function junit(report: ConformanceReport): string {
  const numbers = (cells: readonly ReportCell[]) => {
    const of = (test: (cell: ReportCell) => boolean) => cells.filter(test).length;
    const errors = of((c) => c.verdict === 'error' && !c.asExpected);
    const failures = of((c) => !c.asExpected) - errors;
    const skipped = of((c) => c.verdict === 'not-applicable');
    return `tests="${cells.length}" failures="${failures}" errors="${errors}" skipped="${skipped}"`;
  };
  const suites = report.archs.flatMap((arch) => {
    const cells = report.cells.filter((cell) => cell.arch === arch.id);
    const open = `  <testsuite name="${xml(arch.id)}" ${numbers(cells)}>`;
    return [open, ...cells.flatMap(testcase), '  </testsuite>'];
  });
  const head = `<testsuites name="racewalk" ${numbers(report.cells)} time="${(report.summary.ms / 1000).toFixed(3)}">`;
  return ['<?xml version="1.0" encoding="UTF-8"?>', head, ...suites, '</testsuites>', ''].join('\n');
}
