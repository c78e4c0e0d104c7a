/**
 * Laws of every plug-in and cells of the matrix, from the build, cheap ones first; ends with 1 and a line at the first
 * that is not as it is pinned in `verdicts.txt`.
 *
 *     node verdicts.mjs [--archs A,B] [--most EXECUTIONS] [--laws RUNS]
 */
import fs from 'node:fs';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { CATALOGUE } from '../../apps/cli/dist/catalogue.js';
import { conformance } from '../../packages/conformance/dist/index.js';
import { plan, runCell } from '../../packages/conformance/dist/matrix/index.js';
import { unnamedSteps } from './named-steps.mjs';

const { values } = parseArgs({
  options: {
    archs: { type: 'string' },
    most: { type: 'string', default: 'Infinity' },
    laws: { type: 'string', default: '40' },
  },
});
const wanted = values.archs?.split(',');
const most = Number(values.most);

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

const executions = new Map(
  golden('executions.txt').map((line) => {
    const [test, variant, arch, count] = line.split(' ');
    return [`${test} ${variant} ${arch}`, Number(count)];
  }),
);

for (const arch of CATALOGUE.archs) {
  if (wanted !== undefined && !wanted.includes(arch.id)) continue;
  /** @type {string[]} */
  const groups = [];
  /** @type {{ title: string, body: () => void | Promise<void> }[]} */
  const tests = [];
  const runner = {
    /** @param {string} title @param {() => void} body */
    describe(title, body) {
      groups.push(title);
      body();
      groups.pop();
    },
    /** @param {string} title @param {() => void | Promise<void>} body */
    it: (title, body) => void tests.push({ title: [...groups, title].join(' > '), body }),
    skip: () => undefined,
  };
  conformance({ runner, plugin: arch, scenarios: null, laws: { runs: Number(values.laws), seed: 1 } });
  for (const { title, body } of tests) {
    try {
      await body();
    } catch (error) {
      caught(`${title}: ${String(error instanceof Error ? error.message : error).split('\n')[0]}`);
    }
  }
}

const { cells, problems } = plan(CATALOGUE.archs, CATALOGUE.scenarios);
for (const problem of problems) caught(problem);

// Names differ little between plug-ins, so one of each kind will do.
const named = CATALOGUE.archs.filter(({ id }) => ['arm64-contpte', 'x86-pae', 'loongarch64'].includes(id));
for (const arch of named) {
  if (wanted !== undefined && !wanted.includes(arch.id)) continue;
  for (const race of CATALOGUE.scenarios) {
    for (const problem of (await unnamedSteps({ plan, runCell }, race, arch)).problems) caught(problem);
  }
}

/** `violates:A|B` expects either; `verdicts.txt` has the one that is found. */
const ways = (/** @type {string} */ expected) => {
  const [verdict, codes] = expected.split(':');
  return codes === undefined ? [expected] : codes.split('|').map((code) => `${verdict}:${code}`);
};

/** What is expected, as `verdicts.txt` has it; the expectation is itself pinned. */
const pinned = new Set(golden('verdicts.txt'));
for (const { test, variant, arch, expected } of cells) {
  if (ways(expected).some((way) => pinned.has(`${test} ${variant} ${arch} ${way}`))) continue;
  caught(`expectation changed: ${test} ${variant} ${arch} ${expected}`);
}

/** @param {import('../../packages/conformance/dist/matrix/index.js').MatrixCell} cell */
const cost = (cell) => executions.get(`${cell.test} ${cell.variant} ${cell.arch}`) ?? 20;
const chosen = cells
  .filter((cell) => cell.expected !== 'not-applicable' && (wanted?.includes(cell.arch) ?? true))
  .filter((cell) => cost(cell) <= most)
  .map((cell) => ({ cell, at: cost(cell) }))
  .sort((a, b) => a.at - b.at);
for (const { cell } of chosen) {
  const result = await runCell(cell, { shrinkStates: 0 });
  if (result.asExpected) continue;
  caught(
    `${cell.test} ${cell.variant} ${cell.arch}: ${cell.expected}, got ${result.verdict} ${result.invariant ?? ''}`,
  );
}
console.log(`${chosen.length} cells as expected`);
