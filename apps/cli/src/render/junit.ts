/** The report as JUnit XML, for CI systems. */
import type { ConformanceReport, ReportCell } from '@racewalk/conformance/matrix';
import { columns } from '@racewalk/trace';
import { verdictText } from './verdicts.js';

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

/** What a plug-in does not model, as properties of its suite. */
function properties(report: ConformanceReport, arch: ConformanceReport['archs'][number]): string[] {
  const groups = {
    omits: arch.omits,
    notModelled: [...(arch.notModelled ?? []), ...(report.notModelled ?? [])],
  };
  const items = Object.entries(groups).flatMap(([name, texts]) => texts.map((text) => [name, text] as const));
  if (items.length === 0) return [];
  const lines = items.map(([name, text]) => `      <property name="${name}" value="${xml(text)}"/>`);
  return ['    <properties>', ...lines, '    </properties>'];
}

/** Faults of the suite or of a plug-in, as a suite of their own: nothing else would show them. */
function problemSuite(problems: readonly string[]): string[] {
  if (problems.length === 0) return [];
  const n = problems.length;
  return [
    `  <testsuite name="racewalk itself" tests="${n}" failures="${n}" errors="0" skipped="0">`,
    ...problems.flatMap((problem, i) => [
      `    <testcase classname="problems" name="${i + 1}" time="0.000">`,
      `      <failure message="${xml(problem.split('\n')[0] ?? '')}" type="problem">${xml(problem)}</failure>`,
      '    </testcase>',
    ]),
    '  </testsuite>',
  ];
}

/** One suite per architecture, one test case per cell. Bounded cells are failures: they prove nothing. */
export function junit(report: ConformanceReport): string {
  const numbers = (cells: readonly ReportCell[], problems = 0) => {
    const of = (test: (cell: ReportCell) => boolean) => cells.filter(test).length;
    const errors = of((c) => c.verdict === 'error' && !c.asExpected);
    const failures = of((c) => !c.asExpected) - errors + problems;
    const skipped = of((c) => c.verdict === 'not-applicable');
    return `tests="${cells.length + problems}" failures="${failures}" errors="${errors}" skipped="${skipped}"`;
  };
  const suites = report.archs.flatMap((arch) => {
    const cells = report.cells.filter((cell) => cell.arch === arch.id);
    const open = `  <testsuite name="${xml(arch.id)}" ${numbers(cells)}>`;
    return [open, ...properties(report, arch), ...cells.flatMap(testcase), '  </testsuite>'];
  });
  const problems = report.problems ?? [];
  const head = `<testsuites name="racewalk" ${numbers(report.cells, problems.length)} time="${(report.summary.ms / 1000).toFixed(3)}">`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    head,
    ...suites,
    ...problemSuite(problems),
    '</testsuites>',
    '',
  ].join('\n');
}
