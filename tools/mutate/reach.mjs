/** Runs everything once, with the sources as they are, and finds which of it evaluates which mutant. */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { probedScripts } from './probes.mjs';
import { runTests, runVerdicts } from './process.mjs';
import { testFiles } from './scope.mjs';

/** @typedef {import('./mutants.mjs').Mutant} Mutant */
/**
 * Something that may notice a mutant.
 *
 * @typedef {object} Judge
 * @property {'tests' | 'verdicts'} kind
 * @property {string} name of a test file, or of a law, a cell or the names of a race
 * @property {number} ms what it takes
 * @property {readonly number[]} reached numbers of the mutants that it evaluates
 * @property {number} [executions] of a cell
 */
/**
 * @typedef {object} Reach
 * @property {readonly Judge[]} judges
 * @property {readonly number[]} always mutants that are evaluated while the sources are loaded, or have no probe
 */

/** Processor seconds; everything takes about three minutes. */
const LIMIT = 3600;

/** @param {string} file @returns {any[]} */
const jsonLines = (file) =>
  fs
    .readFileSync(file, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));

/**
 * @param {string} root
 * @param {readonly Mutant[]} mutants
 * @param {(file: string) => string} read
 * @param {number} most executions of the largest cell
 * @returns {Promise<Reach>}
 * @throws {Error} if the sources as they are do not pass: every mutant would be killed
 */
export async function findReach(root, mutants, read, most) {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'racewalk-reach-'));
  try {
    const { scripts, unprobed } = probedScripts(root, mutants, read);
    const given = path.join(dir, 'given.json');
    fs.writeFileSync(given, JSON.stringify({ scripts, probes: mutants.length }));
    const env = { RACEWALK_MUTANT: given };
    const units = path.join(dir, 'units.jsonl');
    const verdicts = await runVerdicts(root, env, ['--most', String(most), '--reach', units], LIMIT);
    if (verdicts !== null) throw new Error(`the sources as they are fail: ${verdicts.by}`);
    const tests = path.join(dir, 'tests.jsonl');
    const packages = [...new Set(mutants.map(({ pkg }) => pkg))];
    const files = testFiles(root, packages);
    const failed = await runTests(root, dir, { ...env, RACEWALK_REACH: tests }, files, LIMIT);
    if (failed !== null) throw new Error(`the sources as they are fail: ${failed.by}`);
    const [first, ...rest] = jsonLines(units);
    /** @type {Judge[]} */
    const judges = [
      ...rest.map(({ unit, ms, reached, executions }) => ({
        kind: /** @type {const} */ ('verdicts'),
        name: unit,
        ms,
        reached,
        ...(executions === undefined ? {} : { executions }),
      })),
      ...jsonLines(tests).map(({ test, ms, reached }) => ({
        kind: /** @type {const} */ ('tests'),
        name: path.relative(root, test),
        ms,
        reached,
      })),
    ];
    return { judges, always: [...new Set([...first.always, ...unprobed])] };
  } finally {
    fs.rmSync(dir, { recursive: true, force: true });
  }
}

/**
 * `findReach`, or what it found the last time for the same mutants of the same commit.
 *
 * @param {string} root
 * @param {readonly Mutant[]} mutants
 * @param {(file: string) => string} read
 * @param {number} most
 * @param {string} file where it is kept
 * @param {string | null} commit null if the tree has changes
 */
export async function knownReach(root, mutants, read, most, file, commit) {
  const key = createHash('sha256')
    .update(JSON.stringify([commit, most, mutants.map((m) => m.key)]))
    .digest('hex');
  if (commit !== null && fs.existsSync(file)) {
    const kept = JSON.parse(fs.readFileSync(file, 'utf8'));
    if (kept.key === key) return /** @type {Reach} */ (kept.reach);
  }
  const reach = await findReach(root, mutants, read, most);
  fs.writeFileSync(file, JSON.stringify({ key, reach }));
  return reach;
}
