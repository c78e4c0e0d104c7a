/** Tries one mutant: unit tests first, then laws and cells from the build. Nothing in the tree is changed. */
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import ts from 'typescript';
import { mutated } from './mutants.mjs';
import { ARCHS_OF, OWN_SLOW } from './scope.mjs';

/** @typedef {import('./mutants.mjs').Mutant} Mutant */
/** @typedef {{ outcome: 'killed' | 'timeout' | 'survived', by?: string, seconds: number }} Result */
/** @typedef {{ code: number | null, out: string }} Ended */

/**
 * Processor seconds that a mutant gets for each stage, several times what the unchanged sources take. Processor time,
 * not time on the clock: a busy machine must not kill a mutant.
 */
const LIMITS = { tests: 45, slow: 300, verdicts: 120 };
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
 * @param {number} seconds of processor time
 * @param {readonly string[]} args of node
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<Ended>}
 */
function node(root, seconds, args, env) {
  const line = `ulimit -t ${seconds}; exec "$0" "$@"`;
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

/**
 * @param {string} root
 * @param {NodeJS.ProcessEnv} env
 * @param {string} dir for files
 * @param {readonly string[]} files test files; by default all fast ones
 * @param {number} limit
 */
async function tests(root, env, dir, files, limit) {
  const report = path.join(dir, 'tests.json');
  fs.rmSync(report, { force: true });
  const vitest = path.join(root, 'node_modules/vitest/vitest.mjs');
  const args = ['run', '--config', 'tools/mutate/vitest.config.ts', `--outputFile=${report}`, ...files];
  const slow = files.length > 0 ? { RACEWALK_MUTANT_SLOW: '1' } : {};
  const ended = await node(root, limit, [vitest, ...args], { ...env, ...slow, RACEWALK_FC_SEED: '20231128' });
  if (ended.code === 0) return null;
  return {
    timeout: ended.code === null || ended.code > 128,
    by: failedTest(report, root) ?? lastLine(ended.out),
  };
}

/** @param {string} out */
const lastLine = (out) => out.trimEnd().split('\n').at(-1)?.slice(0, 160) ?? '';

/**
 * @param {string} root
 * @param {Pick<Mutant, 'pkg' | 'file' | 'start' | 'end' | 'replacement'> | null} mutant null for the sources as they are
 * @param {{ most?: number, packages?: readonly string[] }} [options] `most`: leave out cells with more executions;
 *   `packages`: without a mutant, run the slow tests of all of these
 * @returns {Promise<Result>}
 */
export async function tryMutant(root, mutant, { most = 100, packages = [] } = {}) {
  const began = performance.now();
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'racewalk-mutate-'));
  /** @param {Result['outcome']} outcome @param {string} [by] @returns {Result} */
  const end = (outcome, by) => ({
    outcome,
    ...(by === undefined ? {} : { by }),
    seconds: Math.round((performance.now() - began) / 100) / 10,
  });
  try {
    /** @type {NodeJS.ProcessEnv} */
    const env = {};
    if (mutant !== null) {
      const source = path.join(root, mutant.file);
      const text = mutated(fs.readFileSync(source, 'utf8'), mutant);
      const built = pathToFileURL(source.replace('/src/', '/dist/').replace(/\.ts$/, '.js')).href;
      const given = path.join(dir, 'mutant.json');
      const compilerOptions = {
        target: ts.ScriptTarget.ES2022,
        module: ts.ModuleKind.ESNext,
        verbatimModuleSyntax: true,
      };
      const script = ts.transpileModule(text, { compilerOptions, fileName: source }).outputText;
      fs.writeFileSync(given, JSON.stringify({ pkg: mutant.pkg, source, text, built, script }));
      env.RACEWALK_MUTANT = given;
    }
    const unit = await tests(root, env, dir, [], LIMITS.tests);
    if (unit !== null) return end(unit.timeout ? 'timeout' : 'killed', unit.by);
    const archs = ARCHS_OF[mutant?.pkg ?? ''];
    const { code, out } = await node(
      root,
      LIMITS.verdicts,
      [
        ...['--import', './tools/mutate/dist-hook.mjs', 'tools/mutate/verdicts.mjs', '--most', String(most)],
        ...(archs === undefined ? [] : ['--archs', archs.join(',')]),
      ],
      env,
    );
    if (code !== 0) return end(code === null || code > 128 ? 'timeout' : 'killed', lastLine(out));
    const judges = mutant === null ? packages : [mutant.pkg];
    const own = [...new Set(judges.flatMap((pkg) => OWN_SLOW[pkg] ?? []))];
    const slow = own.length === 0 ? null : await tests(root, env, dir, own, LIMITS.slow);
    if (slow !== null) return end(slow.timeout ? 'timeout' : 'killed', slow.by);
    return end('survived');
  } finally {
    fs.rmSync(dir, { recursive: true, force: true });
  }
}
