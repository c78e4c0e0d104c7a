/**
 * `npm run mutate`: how many single faults in the sources does the suite notice?
 *
 * Results are kept in a file beside the other caches: a run that was stopped goes on, and a mutant whose file has not
 * changed is not tried again. Ends with 1 below the score asked for.
 */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { typeChecker } from './compiles.mjs';
import { matchEquivalent, readEquivalent } from './equivalent.mjs';
import { allMutants, diffOf, packageOf } from './mutants.mjs';
import { optionsOf, USAGE } from './options.mjs';
import { knownReach } from './reach.mjs';
import { scoreLines } from './report.mjs';
import { tryMutant } from './run.mjs';
import { isSaid } from './said.mjs';
import { sample } from './sample.mjs';

/** @typedef {import('./mutants.mjs').Mutant} Mutant */
/** @typedef {import('./run.mjs').Result} Result */

const root = fileURLToPath(new URL('../..', import.meta.url));
const out = (/** @type {string} */ text) => void process.stdout.write(`${text}\n`);
const read = (/** @type {string} */ file) => fs.readFileSync(path.join(root, file), 'utf8');

/** @param {string} file @returns {Map<string, Result>} the last result of each mutant */
function known(file) {
  if (!fs.existsSync(file)) return new Map();
  const lines = fs.readFileSync(file, 'utf8').split('\n').filter(Boolean);
  return new Map(lines.map((line) => [JSON.parse(line).key, JSON.parse(line)]));
}

/** @param {Mutant} mutant @param {Result} result */
function resultLine({ file, line, mutator }, { outcome, by, seconds }) {
  return `${outcome.padEnd(8)} ${file}:${line} ${mutator} ${seconds} s${by === undefined ? '' : ` | ${by}`}`;
}

/** @returns {string | null} the commit that is measured, if nothing else is */
function commit() {
  const git = (/** @type {string[]} */ ...args) =>
    spawnSync('git', args, { cwd: root, encoding: 'utf8' }).stdout.trim();
  return git('status', '--porcelain') === '' ? git('rev-parse', 'HEAD') : null;
}

async function main() {
  const options = optionsOf(process.argv.slice(2));
  if (options === null) return out(USAGE);
  const mutants = await allMutants(root, options.packages);
  const listed = readEquivalent().filter(({ file }) => options.packages.includes(packageOf(file)));
  const { keys, problems } = matchEquivalent(listed, mutants, read);
  if (problems.length > 0) throw new Error(`tools/mutate/equivalent.json is stale:\n${problems.join('\n')}`);
  const chosen = sample(mutants, options.sample, options.seed);
  const tried = chosen.filter(({ key }) => !keys.has(key));
  out(
    `${mutants.length} mutants, ${chosen.length} drawn by seed ${options.seed}, ${chosen.length - tried.length} equivalent`,
  );

  const refusal = typeChecker(root, [...new Set(tried.map(({ file }) => file))], read);
  const refused = new Map(
    tried.flatMap((mutant) => {
      const by = refusal(mutant);
      return by === undefined ? [] : [[mutant.key, by]];
    }),
  );
  out(`${refused.size} refused by the type checker`);

  const state = path.resolve(root, options.state);
  fs.mkdirSync(path.dirname(state), { recursive: true });
  if (options.fresh) fs.rmSync(state, { force: true });
  const results = known(state);
  const judged = tried.filter(({ key }) => !refused.has(key));
  const todo = judged.filter(({ key }) => {
    const result = results.get(key);
    return result === undefined || (options.retry && result.outcome === 'survived');
  });
  if (todo.length < judged.length) out(`${judged.length - todo.length} known from ${options.state}`);
  if (todo.length > 0) out(`${todo.length} to be tried`);
  const reach =
    todo.length === 0
      ? { judges: [], always: [] }
      : await knownReach(root, judged, read, options.most, `${state}.reach.json`, commit());
  let next = 0;
  const worker = async () => {
    for (let mutant = todo[next++]; mutant !== undefined; mutant = todo[next++]) {
      const { file: where } = mutant;
      const neighbours = judged
        .filter((other) => other.file === where)
        .flatMap((other) => results.get(other.key)?.by ?? []);
      const at = judged.indexOf(mutant);
      const result = await tryMutant(root, mutant, reach, { at, neighbours, spend: options.spend });
      results.set(mutant.key, result);
      const { key, file, line } = mutant;
      fs.appendFileSync(state, `${JSON.stringify({ key, file, line, ...result })}\n`);
      out(resultLine(mutant, result));
    }
  };
  await Promise.all(Array.from({ length: options.jobs }, worker));

  const ended = judged.map((mutant) => ({ mutant, result: /** @type {Result} */ (results.get(mutant.key)) }));
  for (const { mutant, result } of ended) {
    if (result.outcome !== 'survived' && result.outcome !== 'counted') continue;
    const which = `${mutant.file}:${mutant.line} ${mutant.mutator}`;
    out(`\n${result.outcome}: ${which} | ${result.by ?? 'all that evaluate it were asked'}`);
    out(diffOf(read(mutant.file), mutant));
  }
  /** @type {import('./report.mjs').Row[]} */
  const rows = ended.map(({ mutant, result }) => ({
    pkg: mutant.pkg,
    outcome: result.outcome,
    said: isSaid(read(mutant.file), mutant),
    part: result.outcome === 'survived' && / were asked$/.test(result.by ?? ''),
  }));
  for (const mutant of tried) if (refused.has(mutant.key)) rows.push({ pkg: mutant.pkg, outcome: 'refused' });
  const { lines, score } = scoreLines(rows);
  out(`\n${lines.join('\n')}`);
  if (score < options.least) {
    out(`less than the ${options.least} % asked for`);
    process.exitCode = 1;
  }
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 2;
}
