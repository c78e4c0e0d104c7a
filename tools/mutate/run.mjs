/** Tries one mutant: what evaluates it is run, from the build, up to what notices it. Nothing in the tree is changed. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { mutated } from './mutants.mjs';
import { compiled } from './probes.mjs';
import { runTests, runVerdicts } from './process.mjs';
import { PROMISES } from './promises.mjs';

/** @typedef {import('./mutants.mjs').Mutant} Mutant */
/** @typedef {import('./reach.mjs').Judge} Judge */
/** @typedef {import('./reach.mjs').Reach} Reach */
/** @typedef {{ outcome: 'killed' | 'timeout' | 'counted' | 'survived' | 'refused', by?: string, seconds: number }} Result */

/** What a mutant may take, measured by what the unchanged sources take, beside the start of a process. */
const TIMES = 6;
const START = 10;
/** A test file that takes longer comes behind laws and cells, in ms. */
const LONG = 3_000;

const promise = (/** @type {Pick<Judge, 'name'>} */ { name }) => name.startsWith(PROMISES);

/** @param {readonly Judge[]} judges @returns {number} processor seconds */
const limit = (judges) => START + (TIMES * judges.reduce((sum, { ms }) => sum + ms, 0)) / 1000;

/**
 * Cells that are asked whether they evaluate the mutant or not, since a table that one cell has built may be used by
 * another: one cheap cell in four.
 *
 * @param {Reach} reach
 */
function anyway({ judges }) {
  const cells = judges.filter(
    ({ kind, name }) => kind === 'verdicts' && !/ > |^names /.test(name) && !promise({ name }),
  );
  return cells.filter(({ ms }, at) => at % 4 === 0 && ms < 5);
}

/**
 * Who is asked about a mutant, and in which order.
 *
 * @param {Reach} reach
 * @param {Mutant} mutant
 * @param {number} at its number
 * @param {readonly string[]} neighbours what noticed other mutants of the file
 * @returns {{ own: Judge[], verdicts: Judge[], others: Judge[] }} none where nothing evaluates it
 */
export function judgesOf(reach, mutant, at, neighbours) {
  const always = reach.always.includes(at);
  const reaching = always ? reach.judges : reach.judges.filter(({ reached }) => reached.includes(at));
  const rank = (/** @type {Judge} */ { name }) => {
    const nth = neighbours.findIndex((by) => by.startsWith(name));
    return nth < 0 ? neighbours.length : nth;
  };
  const onlyLoads = (/** @type {Judge} */ { reached }) => Number(!reached.includes(at));
  const sorted = [...reaching].sort(
    (a, b) => rank(a) - rank(b) || onlyLoads(a) - onlyLoads(b) || a.ms - b.ms,
  );
  const tests = sorted.filter(({ kind }) => kind === 'tests');
  const first = (/** @type {Judge} */ judge) =>
    judge.ms < LONG &&
    (judge.name.startsWith(`packages/${mutant.pkg}/`) || neighbours.some((by) => by.startsWith(judge.name)));
  const verdicts = sorted.filter(({ kind }) => kind === 'verdicts');
  const more = reaching.length === 0 ? [] : anyway(reach).filter((judge) => !verdicts.includes(judge));
  return {
    own: tests.filter(first),
    verdicts: [...verdicts, ...more],
    others: tests.filter((judge) => !first(judge)),
  };
}

/**
 * As many as fit into a time.
 *
 * @param {readonly Judge[]} judges
 * @param {number} seconds
 */
function within(judges, seconds) {
  let left = seconds * 1000;
  return judges.filter(({ ms }) => {
    left -= ms;
    return left >= 0;
  });
}

/**
 * @param {string} root
 * @param {Mutant} mutant
 * @param {Reach} reach
 * @param {object} which
 * @param {number} which.at its number
 * @param {readonly string[]} which.neighbours what noticed other mutants of its file
 * @param {number} which.spend seconds for tests, and for laws and cells
 * @returns {Promise<Result>} says of a survivor how many were asked, if not all that evaluate it
 */
export async function tryMutant(root, mutant, reach, { at, neighbours, spend }) {
  const began = performance.now();
  /** @param {Result['outcome']} outcome @param {string} [by] @returns {Result} */
  const end = (outcome, by) => ({
    outcome,
    ...(by === undefined ? {} : { by }),
    seconds: Math.round((performance.now() - began) / 100) / 10,
  });
  const all = judgesOf(reach, mutant, at, neighbours);
  const own = within(all.own, spend);
  // Cells are many and short: in one order with them, what takes a little longer would never be asked.
  const verdicts = [false, true].flatMap((of) =>
    within(
      all.verdicts.filter((judge) => promise(judge) === of),
      spend,
    ),
  );
  const others = within(all.others, spend);
  const there = all.own.length + all.verdicts.length + all.others.length;
  const asked = own.length + verdicts.length + others.length;
  if (there === 0) return end('survived', 'nothing evaluates it');
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'racewalk-mutate-'));
  try {
    const text = mutated(fs.readFileSync(path.join(root, mutant.file), 'utf8'), mutant);
    const { url, script } = compiled(root, mutant.file, text);
    const given = path.join(dir, 'mutant.json');
    fs.writeFileSync(given, JSON.stringify({ scripts: { [url]: script } }));
    const env = { RACEWALK_MUTANT: given };
    const only = path.join(dir, 'only.txt');
    fs.writeFileSync(
      only,
      verdicts.map(({ name, executions = '' }) => `${name}${executions && `\t${executions}`}\n`).join(''),
    );
    const tests = (/** @type {readonly Judge[]} */ files) =>
      files.length === 0
        ? null
        : runTests(
            root,
            dir,
            env,
            files.map(({ name }) => name),
            limit(files),
          );
    const near = await tests(own);
    if (near !== null) return end(near.outcome, near.by);
    const cells = await runVerdicts(root, env, ['--only', only], limit(verdicts));
    if (cells !== null && cells.outcome !== 'counted') return end(cells.outcome, cells.by);
    // A number of executions says least: anything else that notices the mutant is preferred.
    const noticed = (await tests(others)) ?? cells;
    if (noticed !== null) return end(noticed.outcome, noticed.by);
    return end('survived', asked < there ? `${asked} of ${there} were asked` : undefined);
  } finally {
    fs.rmSync(dir, { recursive: true, force: true });
  }
}
