/** A scratch clone in which `lerna version` has been run on the last commit, with what was built beside it. */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { publishedPackages } from '../pack/pack.mjs';

const ROOT = path.resolve(import.meta.dirname, '../..');
const LERNA = path.join(ROOT, 'node_modules/lerna/dist/cli.js');

/**
 * @param {string} clone
 * @param {readonly string[]} args
 */
export function lerna(clone, ...args) {
  execFileSync(process.execPath, [LERNA, ...args, '--yes', '--loglevel', 'warn'], {
    cwd: clone,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
}

/**
 * @param {string} bump patch, minor, major or a version
 * @returns {string} the folder, which the caller removes
 */
export function scratchRelease(bump) {
  const clone = fs.mkdtempSync(path.join(os.tmpdir(), 'racewalk-release-'));
  // Lerna releases from a branch only; the checkout of a CI job may be on none.
  const head = execFileSync('git', ['rev-parse', 'HEAD'], { cwd: ROOT, encoding: 'utf8' }).trim();
  execFileSync('git', ['clone', '--quiet', '--no-checkout', ROOT, clone]);
  execFileSync('git', ['checkout', '--quiet', '-B', 'main', head], { cwd: clone });
  fs.symlinkSync(path.join(ROOT, 'node_modules'), path.join(clone, 'node_modules'));
  lerna(clone, 'version', bump, '--no-git-tag-version', '--no-push');
  for (const { dir } of publishedPackages(ROOT)) {
    const inside = path.relative(ROOT, dir);
    fs.cpSync(path.join(dir, 'dist'), path.join(clone, inside, 'dist'), { recursive: true });
    // The command ships the web page, which is built apart: `npm run page`.
    const page = path.join(dir, 'page');
    if (fs.existsSync(page)) fs.cpSync(page, path.join(clone, inside, 'page'), { recursive: true });
  }
  return clone;
}
