/** Counts against the pinned ones. */

/** @typedef {import('./measure.mjs').Counts} Counts */
/** @typedef {import('./rows.mjs').Row} Row */
/** @typedef {import('./rows.mjs').Strategy} Strategy */

/**
 * What is wrong with `counts`, in words; empty if nothing is.
 * @param {Row} row
 * @param {Strategy} strategy
 * @param {Counts} counts
 */
export function objections(row, strategy, counts) {
  const wrong = [];
  if (counts.verdict !== 'exhausted') wrong.push(`verdict ${counts.verdict} instead of exhausted`);
  if (counts.blocked !== 0) wrong.push(`${counts.blocked} blocked instead of 0`);
  if (strategy === 'dpor' && row.executions !== null && counts.executions !== row.executions) {
    wrong.push(`${counts.executions} executions instead of ${row.executions}`);
  }
  if (strategy === 'stateful' && row.states !== null && counts.states !== row.states) {
    wrong.push(`${counts.states} states instead of ${row.states}`);
  }
  return wrong.join(', ');
}
