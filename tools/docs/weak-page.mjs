/**
 * docs/weak-order.md: the verdicts that are other under the weak order than the plan expects. From the JSON report of
 *
 *     racewalk conformance --memory weak --arch PLUG-INS --reporter json --output REPORT
 *
 * `node tools/docs/weak-page.mjs REPORT` rewrites the page. With `--check` it compares: 1 if a cell differs that is not on the page,
 * or one of the page does not any more, or the report has an error or a fault of the suite. What a bound cut off says nothing.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseReport } from '@racewalk/conformance/schema';

/** @typedef {import('@racewalk/conformance/matrix').ConformanceReport} Report */
/** @typedef {import('@racewalk/conformance/matrix').ReportCell} Cell */

export const PAGE = fileURLToPath(new URL('../../docs/weak-order.md', import.meta.url));

/** @param {Cell} cell */
const nameOf = ({ test, variant, arch }) => `\`${test}\` | \`${variant}\` | ${arch}`;

/** @param {Cell} cell */
const rowOf = (cell) =>
  `| ${nameOf(cell)} | ${cell.expected} | ${cell.verdict}${cell.invariant === undefined ? '' : `:${cell.invariant}`} |`;

/** @param {Cell} cell */
const differs = (cell) => !cell.asExpected && cell.verdict !== 'bounded';

/** The rows of the cells that differ. @param {Report} report */
export const differing = ({ cells }) => cells.filter(differs).map(rowOf);

const HEAD = `# Verdicts under the weak order

Cells of the plug-ins whose hardware reorders that come to another verdict under \`--memory weak\` than the plan expects. Why is in
[barriers.md](barriers.md). The nightly run fails on any other; what a bound cuts off is not judged. By default these plug-ins are
explored in the weak order, except for races that \`apps/cli/src/in-order-list.ts\` lists
([decision 64](decisions/0064-the-default-is-the-hardware-s-order.md)). Made by \`tools/docs/weak-page.mjs\` from a report; do not edit.
`;

/** @param {Report} report */
export function weakPage(report) {
  const { summary, archs } = report;
  const bounded = report.cells.filter(({ verdict }) => verdict === 'bounded').length;
  const decided = summary.cells - bounded - summary.notApplicable;
  const rows = differing(report);
  return `${HEAD}
${archs.map(({ id }) => id).join(', ')}: ${decided} cells decided, ${rows.length} differ, ${bounded} bounded when this page was made.

${rows.length === 0 ? 'None differs.' : ['| race | variant | on | expected | found |', '|---|---|---|---|---|', ...rows].join('\n')}
`;
}

/** What is wrong with a report, compared with the page; empty if nothing is. @param {Report} report @param {string} page */
export function surprises(report, page) {
  const listed = page.split('\n').filter((line) => line.startsWith('| `'));
  const found = differing(report);
  const gone = report.cells
    .filter((cell) => cell.asExpected)
    .filter((cell) => listed.some((line) => line.startsWith(`| ${nameOf(cell)} |`)));
  return [
    ...(report.problems ?? []),
    ...found.filter((row) => !listed.includes(row)).map((row) => `not on the page: ${row}`),
    ...gone.map((cell) => `on the page, and as expected: ${nameOf(cell)}`),
  ];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const check = process.argv.includes('--check');
  const file = process.argv.slice(2).find((arg) => !arg.startsWith('--')) ?? '';
  const report = parseReport(readFileSync(file, 'utf8'));
  if (!check) writeFileSync(PAGE, weakPage(report));
  const wrong = check ? surprises(report, readFileSync(PAGE, 'utf8')) : [];
  for (const line of wrong) console.error(line);
  console.log(
    `${report.cells.length} cells under the weak order, ${differing(report).length} differ, ${wrong.length} surprises`,
  );
  process.exitCode = wrong.length === 0 ? 0 : 1;
}
