import process from 'node:process';

/** @typedef {import('./worker.mjs').Sums} Sums */

const COLUMNS = /** @type {const} */ (['programs', 'traces', 'deadlocks', 'leftOut']);
const HEAD = ['flavour', 'programs', 'traces', 'deadlocks', 'left out'];

/**
 * Says now and then how far it is: often on a terminal, every ten seconds elsewhere.
 *
 * @param {number} all
 * @param {() => number} seconds
 * @returns {(programs: number) => void}
 */
export function progress(all, seconds) {
  const { stderr } = process;
  const every = stderr.isTTY ? 0.5 : 10;
  let last = 0;
  return (programs) => {
    const now = seconds();
    if (now - last < every || programs === 0) return;
    last = now;
    const left = Math.max(0, (now * (all - programs)) / programs);
    const text = `${programs} of ${all} programs, ${Math.round(programs / now)}/s, about ${Math.ceil(left)} s left`;
    stderr.write(stderr.isTTY ? `\r\x1b[K${text}` : `${text}\n`);
    if (stderr.isTTY && programs >= all) stderr.write('\n');
  };
}

/** @param {Record<string, Sums>} sums @param {number} seconds */
export function summary(sums, seconds) {
  const rows = Object.entries(sums).map(([name, sum]) => [name, ...COLUMNS.map((c) => sum[c])]);
  const total = COLUMNS.map((c) => Object.values(sums).reduce((all, sum) => all + sum[c], 0));
  const table = [HEAD, ...rows, ['all', ...total]].map((row) => row.map(String));
  const widths = HEAD.map((_, i) => Math.max(...table.map((row) => row[i]?.length ?? 0)));
  const lines = table.map((row) =>
    row.map((text, i) => (i === 0 ? text.padEnd(widths[i] ?? 0) : text.padStart(widths[i] ?? 0))).join('  '),
  );
  const rate = Math.round((total[0] ?? 0) / seconds);
  return `${lines.join('\n')}\n${total[0]} programs in ${seconds.toFixed(1)} s, ${rate}/s\n`;
}
