/**
 * apps/cli/src/in-order-list.ts: races that are explored in order by default on plug-ins whose hardware reorders, because one of their
 * cells has more than `MOST` executions under the weak order, or more stores on their way than a search knows. Chosen by
 * counts, never by time. From JSON reports of
 *
 *     racewalk conformance --memory weak --arch ARCHS --executions 1000 --reporter json --output REPORT
 *
 * where ARCHS are all plug-ins with `memory: 'weak'`. `node tools/docs/in-order-list.mjs REPORT…` rewrites the list; later reports
 * overrule earlier ones, race by race. With `--check` it compares: 1 if a race is listed or not listed that should not be or should.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseReport } from '@racewalk/conformance/schema';

/** @typedef {import('@racewalk/conformance/matrix').ConformanceReport} Report */
/** @typedef {Readonly<Record<string, readonly string[]>>} Orders */

export const LIST = fileURLToPath(new URL('../../apps/cli/src/in-order-list.ts', import.meta.url));

/** Executions of a cell, all sizes together, up to which the suite explores its race in the weak order. */
export const MOST = 1000;

/**
 * By race, the plug-ins on which it is too large.
 * @param {readonly Report[]} reports
 * @returns {Orders}
 */
export function ordersOf(reports) {
  /** @type {Map<string, Set<string>>} */
  const found = new Map();
  for (const { cells } of reports) {
    for (const { test, arch } of cells) found.get(test)?.delete(arch);
    for (const { test, arch, verdict, executions } of cells) {
      if (verdict !== 'bounded' && executions <= MOST) continue;
      found.set(test, (found.get(test) ?? new Set()).add(arch));
    }
  }
  const rows = [...found].filter(([, archs]) => archs.size > 0).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(rows.map(([test, archs]) => [test, [...archs].sort()]));
}

/** The file. @param {Orders} orders */
export function listFile(orders) {
  const rows = Object.entries(orders).map(([test, archs]) => `  '${test}': '${archs.join(' ')}',`);
  return `/**
 * Races that are explored in order by default on these plug-ins: under the weak order a cell of theirs has more than ${MOST}
 * executions. Made by \`tools/docs/in-order-list.mjs\` from reports; do not edit.
 */

/** Ids of plug-ins by race. */
export const IN_ORDER: Readonly<Record<string, string>> = {
${rows.join('\n')}
};
`;
}

/**
 * Where a list is not what reports say; empty if nowhere.
 * @param {readonly Report[]} reports @param {Readonly<Record<string, string>>} list
 */
export function differences(reports, list) {
  const now = ordersOf(reports);
  const ran = new Set(reports.flatMap(({ cells }) => cells.map(({ test, arch }) => `${test} ${arch}`)));
  const said = Object.entries(list).flatMap(([test, archs]) =>
    archs.split(' ').map((arch) => `${test} ${arch}`),
  );
  const wanted = Object.entries(now).flatMap(([test, archs]) => archs.map((arch) => `${test} ${arch}`));
  return [
    ...wanted.filter((key) => !said.includes(key)).map((key) => `too large, and not listed: ${key}`),
    ...said
      .filter((key) => ran.has(key) && !wanted.includes(key))
      .map((key) => `listed, and not too large: ${key}`),
  ];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const check = process.argv.includes('--check');
  const files = process.argv.slice(2).filter((arg) => !arg.startsWith('--'));
  const reports = files.map((file) => parseReport(readFileSync(file, 'utf8')));
  if (check) {
    const { CATALOGUE } = await import('@racewalk/cli');
    const list = Object.fromEntries(
      CATALOGUE.scenarios.flatMap(({ id, inOrderOn }) => (inOrderOn ? [[id, inOrderOn.join(' ')]] : [])),
    );
    const wrong = differences(reports, list);
    for (const line of wrong) console.error(line);
    process.exitCode = wrong.length === 0 ? 0 : 1;
  } else writeFileSync(LIST, listFile(ordersOf(reports)));
}
