/** Tables: for a terminal and for a page. */
import { grouped, rate, short, times } from './numbers.mjs';

/** @typedef {import('./report.mjs').Entry} Entry */
/** @typedef {import('./report.mjs').PeerEntry} PeerEntry */
/** @typedef {readonly string[]} Line the first cell is text, the others are numbers */

export const OWN_HEAD = [
  'model',
  'strategy',
  'executions',
  'blocked',
  'states',
  'steps',
  'CPU s',
  'executions/s',
  'states/s',
  'steps/s',
  'bytes/state',
  'cold CPU s',
  'peak MB',
];

/**
 * @param {Entry} entry
 * @returns {Line}
 */
export function ownLine({ model, strategy, measured }) {
  const { executions, blocked, states, steps, cpuSeconds, bytesPerState, cold } = measured;
  return [
    model,
    strategy,
    grouped(executions),
    grouped(blocked),
    states === null ? '' : grouped(states),
    grouped(steps),
    short(cpuSeconds),
    states === null ? rate(executions / cpuSeconds) : '',
    states === null ? '' : rate(states / cpuSeconds),
    rate(steps / cpuSeconds),
    bytesPerState === null ? '' : bytesPerState.toFixed(0),
    cold === null ? '' : short(cold.cpuSeconds),
    cold === null ? '' : cold.megabytes.toFixed(0),
  ];
}

export const PEER_HEAD = [
  'model',
  'Spin',
  'states',
  'transitions',
  'spin + gcc s',
  'search s',
  'states/s',
  'bytes/state',
  'peak MB',
  'Spin / dpor',
  'Spin / stateful',
];

/**
 * One line per run of Spin. The last columns are ratios of CPU time: all that Spin takes, with generating and
 * compiling, by all that Racewalk takes, with starting Node.
 * @param {PeerEntry} peer
 * @param {readonly Entry[]} entries
 * @returns {Line[]}
 */
export function peerLines({ model, runs }, entries) {
  /** @param {string} strategy @param {number} seconds */
  const ratio = (strategy, seconds) => {
    const own = entries.find((entry) => entry.model === model && entry.strategy === strategy);
    const cold = own?.measured.cold ?? null;
    return cold === null ? '' : times(seconds, cold.cpuSeconds);
  };
  return runs.map((run) => {
    const made = run.generateSeconds + run.compileSeconds;
    return [
      model,
      run.reduction,
      grouped(run.states),
      grouped(run.transitions),
      short(made),
      short(run.searchSeconds),
      // The clock of the system ticks too slowly for less.
      run.searchSeconds < 0.05 ? '' : rate(run.states / run.searchSeconds),
      run.bytesPerState === null ? '' : run.bytesPerState.toFixed(0),
      run.megabytes.toFixed(0),
      ratio('dpor', made + run.searchSeconds),
      ratio('stateful', made + run.searchSeconds),
    ];
  });
}

/**
 * @param {Line} head
 * @param {readonly Line[]} lines
 */
export function widths(head, lines) {
  return head.map((title, i) => Math.max(title.length, ...lines.map((line) => (line[i] ?? '').length)));
}

/**
 * One line of text; names to the left, numbers to the right.
 * @param {Line} line
 * @param {readonly number[]} width
 */
export const textLine = (line, width) =>
  line
    .map((cell, i) => (i < 2 ? cell.padEnd(width[i] ?? 0) : cell.padStart(width[i] ?? 0)))
    .join('  ')
    .trimEnd();

/**
 * @param {Line} head
 * @param {readonly Line[]} lines
 */
export function markdown(head, lines) {
  const row = (/** @type {Line} */ line) => `| ${line.join(' | ')} |`;
  const rule = head.map((_, i) => (i < 2 ? '---' : '--:'));
  return [row(head), row(rule), ...lines.map(row)].join('\n');
}
