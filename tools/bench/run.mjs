/**
 * The benchmark: `npm run bench`, `npm run bench:peers`.
 *
 *   --quick, --long      fewer models; more, for many minutes
 *   --peers              also run the models in Spin, if it is installed
 *   --no-warm, --no-cold leave out one kind of measurement
 *   --json FILE          write everything that was measured
 *   --chart FILE         write a chart (SVG)
 *   --write-docs         everything, and write docs/benchmarks.*
 *   MODEL …              only these, for instance 'T2(8,2)'
 *
 * Ends with 1 if a count is not the pinned one.
 */
import { writeFileSync } from 'node:fs';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { chart } from './chart.mjs';
import { objections } from './check.mjs';
import { cold, supports, warm } from './measure.mjs';
import { CHART, JSON_FILE, PAGE, page } from './page.mjs';
import { MISSING, runPeers } from './peers/run.mjs';
import { allWrong, newReport, toJson } from './report.mjs';
import { ROWS, within } from './rows.mjs';
import { OWN_HEAD, ownLine, PEER_HEAD, peerLines, textLine, widths } from './table.mjs';

const { values, positionals: only } = parseArgs({
  allowPositionals: true,
  allowNegative: true,
  options: {
    quick: { type: 'boolean', default: false },
    long: { type: 'boolean', default: false },
    peers: { type: 'boolean', default: false },
    warm: { type: 'boolean', default: true },
    cold: { type: 'boolean', default: true },
    json: { type: 'string' },
    chart: { type: 'string' },
    'write-docs': { type: 'boolean', default: false },
  },
});
const docs = values['write-docs'];
const patience = values.long ? 'long' : values.quick ? 'quick' : 'usual';
const unknown = only.filter((name) => !ROWS.some(({ model }) => model === name));
if (unknown.length > 0) {
  console.error(
    `no such model: ${unknown.join(', ')}; there are\n${ROWS.map(({ model }) => `  ${model}`).join('\n')}`,
  );
  process.exit(2);
}

const report = newReport();
const strategies = /** @type {const} */ (['dpor', 'stateful']).filter((strategy) => {
  if (supports(strategy)) return true;
  console.log(`strategy ${strategy} is skipped: this build does not have it`);
  return false;
});
const chosen = ROWS.filter(({ model }) => only.length === 0 || only.includes(model));
const names = chosen.map(({ model }) => [model, 'stateful', ...OWN_HEAD.slice(2).map(() => '123 456 789')]);
const width = widths(OWN_HEAD, names);
console.log(`${report.machine.cpu}, ${report.machine.cores} cores, Node ${report.node}, ${report.version}\n`);
console.log(textLine(OWN_HEAD, width));
for (const row of chosen) {
  for (const strategy of strategies) {
    if (!within(row[strategy], patience)) continue;
    const alone = values.cold ? cold(row, strategy) : null;
    const again = values.warm || alone === null ? await warm(await row.program(), strategy) : null;
    const counts = again ?? alone;
    if (counts === null) continue;
    const wrong = [again, alone]
      .flatMap((measured) => (measured === null ? [] : [objections(row, strategy, measured)]))
      .find((text) => text !== '');
    const { model, family, size } = row;
    const measured = {
      ...counts,
      cpuSeconds: again?.cpuSeconds ?? alone?.cold.cpuSeconds ?? Number.NaN,
      runs: again?.runs ?? 1,
      cold: alone?.cold ?? null,
    };
    const entry = { model, family, size, strategy, measured, wrong: wrong ?? '' };
    report.entries.push(entry);
    console.log(`${textLine(ownLine(entry), width)}${entry.wrong && `  WRONG: ${entry.wrong}`}`);
  }
}

if (values.peers || docs) {
  const peerWidth = widths(PEER_HEAD, [PEER_HEAD.map((_, i) => (i < 2 ? 'T2(16,2)  ' : '12 345 678'))]);
  console.log(`\n${textLine(PEER_HEAD, peerWidth)}`);
  report.peers = runPeers(patience, only, (entry) => {
    for (const line of peerLines(entry, report.entries)) console.log(textLine(line, peerWidth));
  });
  console.log(report.peers === null ? MISSING : `\nSpin ${report.peers.spin}, gcc ${report.peers.gcc}`);
}

const json = toJson(report);
if (values.json !== undefined) writeFileSync(values.json, json);
if (values.chart !== undefined) writeFileSync(values.chart, chart(report));
const wrong = allWrong(report);
for (const line of wrong) console.error(`WRONG  ${line}`);
if (docs && wrong.length === 0) {
  writeFileSync(JSON_FILE, json);
  writeFileSync(CHART, chart(report));
  writeFileSync(PAGE, page(report));
}
process.exitCode = wrong.length > 0 ? 1 : 0;
