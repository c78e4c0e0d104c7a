/**
 * Laws of every plug-in, names of steps, and cells of the matrix, from the build; ends with 1 and a line at the first that
 * is not as it is pinned in `verdicts.txt`. If all are, and only a number of executions is another one than `--only` says, it
 * ends with 3.
 *
 *     node verdicts.mjs [--archs A,B] [--most EXECUTIONS] [--laws RUNS] [--only FILE] [--reach FILE]
 *
 * `--only`: a file with the names of what is to be run, one a line, in that order; behind a tab, of a cell, its number of
 * executions. `--reach`: a file to which the name of each, its milliseconds, the probes that it reached and the executions
 * of a cell are written.
 */
import fs from 'node:fs';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { CATALOGUE } from '../../apps/cli/dist/catalogue.js';
import { conformance } from '../../packages/conformance/dist/index.js';
import { plan, runCell } from '../../packages/conformance/dist/matrix/index.js';
import { unnamedSteps } from './named-steps.mjs';
import { PROMISES } from './promises.mjs';
import { takeReached } from './reached.mjs';

/** How a run ends in which only a number of executions is another one. */
const COUNTED = 3;

/** Plug-ins for which CI runs checked mode. */
const CHECKED = ['x86-64', 'arm64-contpte'];

/** How many executions a cell had. @type {Map<string, number>} */
const counted = new Map();

/** @typedef {{ name: string, body: () => unknown }} Unit throws, or gives a problem as text */

const { values } = parseArgs({
  options: {
    archs: { type: 'string' },
    most: { type: 'string', default: 'Infinity' },
    laws: { type: 'string', default: '40' },
    only: { type: 'string' },
    reach: { type: 'string' },
  },
});
const most = Number(values.most);
const archs = CATALOGUE.archs.filter(({ id }) => values.archs?.split(',').includes(id) ?? true);

/** @param {string} text */
function caught(text) {
  console.log(text);
  process.exit(1);
}

/** @param {string} name */
const golden = (name) =>
  fs
    .readFileSync(new URL(`../../apps/cli/test/golden/${name}`, import.meta.url), 'utf8')
    .trimEnd()
    .split('\n');

/** @param {typeof archs[number]} arch @returns {Unit[]} */
function laws(arch) {
  /** @type {string[]} */
  const groups = [];
  /** @type {Unit[]} */
  const tests = [];
  const runner = {
    /** @param {string} title @param {() => void} body */
    describe(title, body) {
      groups.push(title);
      body();
      groups.pop();
    },
    /** @param {string} title @param {() => void | Promise<void>} body */
    it: (title, body) => void tests.push({ name: [...groups, title].join(' > '), body: () => body() }),
    skip: () => undefined,
  };
  conformance({ runner, plugin: arch, scenarios: null, laws: { runs: Number(values.laws), seed: 1 } });
  return tests;
}

/** Names differ little between plug-ins, so one of each kind will do. @returns {Unit[]} */
function names() {
  const some = archs.filter(({ id }) => ['arm64-contpte', 'x86-pae', 'loongarch64'].includes(id));
  return some.flatMap((arch) =>
    CATALOGUE.scenarios.map((race) => ({
      name: `names ${race.id} ${arch.id}`,
      body: async () => (await unnamedSteps({ plan, runCell }, race, arch)).problems[0],
    })),
  );
}

/** What CI asks as well: whether steps touch no words but those that they name, and agents keep nothing. @returns {Unit[]} */
function promises() {
  const asked = archs.filter(({ id }) => CHECKED.includes(id));
  const { cells: planned } = plan(asked, CATALOGUE.scenarios, { variant: 'upstream' });
  return planned
    .filter((cell) => cell.expected !== 'not-applicable')
    .map((cell) => ({
      name: `${PROMISES}${cell.test} ${cell.arch}`,
      body: async () => {
        const { verdict, detail } = await runCell(cell, { shrinkStates: 0, checked: true, executions: 1 });
        return verdict === 'error' ? detail : undefined;
      },
    }));
}

/** @returns {Unit[]} cheap ones first */
function cells() {
  const { cells: planned, problems } = plan(CATALOGUE.archs, CATALOGUE.scenarios);
  for (const problem of problems) caught(problem);
  /** `violates:A|B` expects either; `verdicts.txt` has the one that is found. */
  const ways = (/** @type {string} */ expected) => {
    const [verdict, codes] = expected.split(':');
    return codes === undefined ? [expected] : codes.split('|').map((code) => `${verdict}:${code}`);
  };
  // What is expected is itself pinned.
  const pinned = new Set(golden('verdicts.txt'));
  for (const { test, variant, arch, expected } of planned) {
    if (ways(expected).some((way) => pinned.has(`${test} ${variant} ${arch} ${way}`))) continue;
    caught(`expectation changed: ${test} ${variant} ${arch} ${expected}`);
  }
  const executions = new Map(
    golden('executions.txt').map((line) => {
      const [test, variant, arch, count] = line.split(' ');
      return [`${test} ${variant} ${arch}`, Number(count)];
    }),
  );
  return planned
    .filter((cell) => cell.expected !== 'not-applicable' && archs.some(({ id }) => id === cell.arch))
    .map((cell) => ({ cell, name: `${cell.test} ${cell.variant} ${cell.arch}` }))
    .map(({ cell, name }) => ({ cell, name, cost: executions.get(name) ?? 20 }))
    .filter(({ cost }) => cost <= most)
    .sort((a, b) => a.cost - b.cost)
    .map(({ cell, name }) => ({
      name,
      body: async () => {
        const result = await runCell(cell, { shrinkStates: 0 });
        counted.set(name, result.executions);
        if (result.asExpected) return undefined;
        return `${cell.expected}, got ${result.verdict} ${result.invariant ?? ''}`;
      },
    }));
}

const loaded = takeReached();
const all = [...archs.flatMap(laws), ...names(), ...promises(), ...cells()];
const planned = takeReached();
const byName = new Map(all.map((unit) => [unit.name, unit]));
const only =
  values.only === undefined ? undefined : fs.readFileSync(values.only, 'utf8').split('\n').filter(Boolean);
const asked = only?.map((line) => line.split('\t'));
const chosen = asked ? asked.flatMap(([name]) => byName.get(name ?? '') ?? []) : all;
/** @type {object[]} */
const reach = [{ always: [...new Set([...loaded, ...planned])] }];
for (const { name, body } of chosen) {
  const began = process.cpuUsage();
  try {
    const problem = await body();
    if (problem) caught(`${name}: ${problem}`);
  } catch (error) {
    caught(`${name}: ${String(error instanceof Error ? error.message : error).split('\n')[0]}`);
  }
  if (values.reach === undefined) continue;
  const ms = process.cpuUsage(began).user / 1000;
  const executions = counted.get(name);
  reach.push({ unit: name, ms: Math.round(ms * 10) / 10, reached: takeReached(), executions });
}
if (values.reach !== undefined) {
  fs.writeFileSync(values.reach, `${reach.map((line) => JSON.stringify(line)).join('\n')}\n`);
}
for (const [name = '', count] of asked ?? []) {
  const now = counted.get(name);
  if (count === undefined || now === undefined || Number(count) === now) continue;
  console.log(`only counts: ${name} has ${now} executions, not ${count}`);
  process.exit(COUNTED);
}
console.log(`${chosen.length} of ${all.length} as expected`);
