/** @typedef {import('./run.mjs').Result['outcome']} Outcome */

/** @param {number} killed @param {number} of */
const percent = (killed, of) => (of === 0 ? '-' : `${((100 * killed) / of).toFixed(1)} %`);

/**
 * The score by package; what ran into the limit of time counts as noticed, as in Stryker.
 *
 * @param {readonly { pkg: string, outcome: Outcome }[]} results
 * @returns {{ lines: string[], score: number }} lines of a table; the score of all in per cent
 */
export function scoreLines(results) {
  const row = (/** @type {string} */ name, /** @type {typeof results} */ part) => {
    const count = (/** @type {Outcome} */ outcome) => part.filter((r) => r.outcome === outcome).length;
    const [killed, timeout, survived] = [count('killed'), count('timeout'), count('survived')];
    const cells = [killed, timeout, survived].map((n) => String(n).padStart(9));
    return `${name.padEnd(20)}${cells.join('')}${percent(killed + timeout, part.length).padStart(9)}`;
  };
  const names = [...new Set(results.map(({ pkg }) => pkg))].sort();
  const lines = [
    `${'package'.padEnd(20)}${['killed', 'timeout', 'survived', 'score'].map((t) => t.padStart(9)).join('')}`,
    ...names.map((name) =>
      row(
        name,
        results.filter((r) => r.pkg === name),
      ),
    ),
    row('all', results),
  ];
  const noticed = results.filter((r) => r.outcome !== 'survived').length;
  return { lines, score: results.length === 0 ? 100 : (100 * noticed) / results.length };
}
