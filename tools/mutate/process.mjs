/** Starts what judges a mutant: Node with limits of time and memory. */
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';

/** @typedef {{ code: number | null, out: string }} Ended */
/** @typedef {{ outcome: 'killed' | 'timeout' | 'counted', by: string }} Noticed */

/** How `verdicts.mjs` ends if only a number of executions is another one. */
const COUNTED = 3;

/** No mutant needs more memory than the unchanged sources do. */
const MEGABYTES = 1500;

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
  process.on(signal, () => {
    for (const child of running) child.kill('SIGKILL');
    process.exit(130);
  });
}

/**
 * @param {string} root
 * @param {number} seconds of processor time, not of time on the clock: a busy machine must not kill a mutant
 * @param {readonly string[]} args of node
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<Ended>}
 */
function node(root, seconds, args, env) {
  const line = `ulimit -t ${Math.ceil(seconds)}; exec "$0" "$@"`;
  const child = spawn(
    '/bin/sh',
    ['-c', line, process.execPath, `--max-old-space-size=${MEGABYTES}`, ...args],
    {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  running.add(child);
  let out = '';
  /** @param {Buffer} data */
  const add = (data) => {
    if (out.length < 1 << 20) out += data;
  };
  child.stdout.on('data', add);
  child.stderr.on('data', add);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      running.delete(child);
      resolve({ code, out });
    });
  });
}

/** @param {string} file @param {string} root @returns {string | undefined} the first test that failed */
function failedTest(file, root) {
  if (!fs.existsSync(file)) return undefined;
  const { testResults } = JSON.parse(fs.readFileSync(file, 'utf8'));
  for (const { name, message, assertionResults } of testResults) {
    const where = path.relative(root, name);
    const failed = assertionResults.find((/** @type {any} */ t) => t.status === 'failed');
    if (failed !== undefined) return `${where} :: ${failed.title}`;
    if (message) return `${where}: ${String(message).split('\n')[0]}`;
  }
  return undefined;
}

/** @param {string} out */
const lastLine = (out) => out.trimEnd().split('\n').at(-1)?.slice(0, 160) ?? '';

/** @param {Ended} ended @param {string} by @returns {Noticed} */
const noticed = ({ code }, by) => ({ outcome: code === null || code > 128 ? 'timeout' : 'killed', by });

/**
 * Runs test files, in the order given, up to the first that fails.
 *
 * @param {string} root
 * @param {string} dir for files
 * @param {NodeJS.ProcessEnv} env
 * @param {readonly string[]} files from the root
 * @param {number} seconds of processor time
 * @returns {Promise<Noticed | null>} null if all pass
 */
export async function runTests(root, dir, env, files, seconds) {
  const report = path.join(dir, 'tests.json');
  fs.rmSync(report, { force: true });
  const vitest = path.join(root, 'node_modules/vitest/vitest.mjs');
  const ended = await node(
    root,
    seconds,
    [vitest, 'run', '--config', 'tools/mutate/vitest.config.ts', `--outputFile=${report}`, ...files],
    {
      ...env,
      NODE_OPTIONS: `--import ${path.join(root, 'tools/mutate/dist-hook.mjs')}`,
      RACEWALK_TESTS: 'all',
      RACEWALK_MUTANT_TESTS: files.join('\n'),
      RACEWALK_FC_SEED: '20231128',
    },
  );
  return ended.code === 0 ? null : noticed(ended, failedTest(report, root) ?? lastLine(ended.out));
}

/**
 * Runs laws, names and cells, in the order given, up to the first that is not as it should be.
 *
 * @param {string} root
 * @param {NodeJS.ProcessEnv} env
 * @param {readonly string[]} options of `verdicts.mjs`
 * @param {number} seconds of processor time
 * @returns {Promise<Noticed | null>} null if all are as they should be
 */
export async function runVerdicts(root, env, options, seconds) {
  const args = ['--import', './tools/mutate/dist-hook.mjs', 'tools/mutate/verdicts.mjs', ...options];
  const ended = await node(root, seconds, args, env);
  if (ended.code === COUNTED) return { outcome: 'counted', by: lastLine(ended.out) };
  return ended.code === 0 ? null : noticed(ended, lastLine(ended.out));
}
