/** What a run of the benchmark leaves behind: schema `racewalk.bench/1`. */
import { execFileSync } from 'node:child_process';
import os from 'node:os';
import process from 'node:process';

/** @typedef {import('./measure.mjs').Measured} Measured */
/** @typedef {import('./peers/spin.mjs').SpinRun} SpinRun */
/** @typedef {import('./rows.mjs').Row} Row */
/** @typedef {import('./rows.mjs').Strategy} Strategy */
/**
 * @typedef {object} Entry one model, one strategy
 * @property {string} model
 * @property {Row['family']} family
 * @property {readonly number[]} size
 * @property {Strategy} strategy
 * @property {Measured} measured
 * @property {string} wrong what does not agree with the pinned counts; empty if everything does
 */
/** @typedef {{ model: string, family: Row['family'], size: readonly number[], runs: SpinRun[] }} PeerEntry */
/**
 * @typedef {object} Report
 * @property {'racewalk.bench/1'} schema
 * @property {string} date ISO 8601, UTC
 * @property {string} node
 * @property {string} version of this repository, as git describes it
 * @property {{ cpu: string, cores: number, memoryGiB: number, system: string, load: number }} machine
 * @property {Entry[]} entries
 * @property {null | { spin: string, gcc: string, entries: PeerEntry[] }} peers null if Spin was not run
 */

function version() {
  try {
    return execFileSync('git', ['describe', '--always', '--dirty'], {
      cwd: import.meta.dirname,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return 'unknown';
  }
}

/**
 * A report with nothing in it.
 * @returns {Report}
 */
export function newReport() {
  const cpus = os.cpus();
  return {
    schema: 'racewalk.bench/1',
    date: new Date().toISOString(),
    node: process.version,
    version: version(),
    machine: {
      cpu: cpus[0]?.model ?? 'unknown',
      cores: cpus.length,
      memoryGiB: Math.round(os.totalmem() / 2 ** 30),
      system: `${os.type()} ${os.release()} ${os.arch()}`,
      load: Math.round((os.loadavg()[0] ?? 0) * 10) / 10,
    },
    entries: [],
    peers: null,
  };
}

/**
 * Everything that does not agree with the pinned counts.
 * @param {Report} report
 */
export function allWrong(report) {
  const own = report.entries
    .filter(({ wrong }) => wrong !== '')
    .map(({ model, strategy, wrong }) => `${model} ${strategy}: ${wrong}`);
  const peers = (report.peers?.entries ?? []).flatMap(({ model, runs }) =>
    runs
      .filter(({ wrong }) => wrong !== '')
      .map(({ reduction, wrong }) => `${model} Spin ${reduction}: ${wrong}`),
  );
  return [...own, ...peers];
}

/**
 * The report as a file, formatted as this repository formats JSON: arrays of numbers on one line.
 * @param {Report} report
 */
export function toJson(report) {
  const text = JSON.stringify(report, null, 2);
  return `${text.replace(/\[[\d\s,]+\]/g, (array) => JSON.stringify(JSON.parse(array)).replaceAll(',', ', '))}\n`;
}
