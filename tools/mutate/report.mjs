/** @typedef {import('./run.mjs').Result['outcome']} Outcome */
/** @typedef {{ pkg: string, outcome: Outcome, said?: boolean, part?: boolean }} Row `part`: not all that evaluate it were asked */

/** @param {number} noticed @param {number} of */
const percent = (noticed, of) => (of === 0 ? '-' : `${((100 * noticed) / of).toFixed(1)} %`);

/** What there is a column for. @type {readonly Outcome[]} */
const COLUMNS = ['killed', 'timeout', 'counted', 'survived'];

/** @param {readonly Row[]} rows @param {readonly Outcome[]} outcomes */
const among = (rows, ...outcomes) => rows.filter((row) => outcomes.includes(row.outcome)).length;

/**
 * The score by package. What ran into the limit of time counts as noticed, as in Stryker. What only changed a number of
 * executions does not. What the type checker refuses is no fault that anybody can have, and what is only said to
 * people has a score of its own; both are printed.
 *
 * @param {readonly Row[]} results
 * @returns {{ lines: string[], score: number }} lines of a table; the score of all in per cent
 */
export function scoreLines(results) {
  const counting = results.filter(({ said, outcome }) => !said && outcome !== 'refused');
  const score = (/** @type {readonly Row[]} */ rows) =>
    percent(among(rows, 'killed', 'timeout'), rows.length);
  const row = (/** @type {string} */ name, /** @type {readonly Row[]} */ part) => {
    const cells = COLUMNS.map((outcome) => String(among(part, outcome)).padStart(9));
    return `${name.padEnd(20)}${cells.join('')}${score(part).padStart(9)}`;
  };
  const names = [...new Set(counting.map(({ pkg }) => pkg))].sort();
  const said = results.filter((r) => r.said && r.outcome !== 'refused');
  const noticed = among(counting, 'killed', 'timeout');
  const counted = among(counting, 'counted');
  const lines = [
    `${'package'.padEnd(20)}${[...COLUMNS, 'score'].map((t) => t.padStart(9)).join('')}`,
    ...names.map((name) =>
      row(
        name,
        counting.filter(({ pkg }) => pkg === name),
      ),
    ),
    row('all', counting),
    '',
    `with those that only a pinned number of executions notices: ${percent(noticed + counted, counting.length)}`,
    `survivors that were not shown to all that evaluate them: ${counting.filter((r) => r.part).length}`,
    `in what is only said to people, beside the score: ${among(said, 'killed', 'timeout')} of ${said.length} noticed`,
    `refused by the type checker, beside the score: ${among(results, 'refused')} of ${results.length}`,
  ];
  return { lines, score: counting.length === 0 ? 100 : (100 * noticed) / counting.length };
}
