import { existsSync, readdirSync, statSync } from 'node:fs';

/** @param {string} path */
const at = (path) => new URL(path, import.meta.url);
const BUNDLE = at('../dist/bundle/main.js');

/**
 * Whether a module of the user's may be loaded: it imports the packages, and so the command must not bring a second
 * copy of them.
 *
 * @param {readonly string[]} argv
 */
export function mayLoadModules(argv) {
  /** @type {(arg: string, i: number) => boolean} */
  const isModule = (arg, i) =>
    arg === 'check' ||
    /^--scenarios(=|$)|\.[cm]?[jt]sx?(#|,|$)|^--arch=.*[/\\]/.test(arg) ||
    (argv[i - 1] === '--arch' && /[/\\]/.test(arg));
  return argv.some(isModule);
}

/** In the repository, the bundle may be older than what was compiled since. */
function isFresh() {
  if (!existsSync(BUNDLE)) return false;
  const packages = at('../../../packages/');
  const dirs = existsSync(packages) ? readdirSync(packages).map((name) => new URL(`${name}/`, packages)) : [];
  const made = statSync(BUNDLE).mtimeMs;
  return [at('../'), ...dirs].every((dir) => {
    const compiled = statSync(new URL('tsconfig.tsbuildinfo', dir), { throwIfNoEntry: false });
    return compiled === undefined || compiled.mtimeMs < made;
  });
}

/** Whether there is something to run: a checkout has to be built first. */
export const isBuilt = () => existsSync(at('../dist/main.js'));

/**
 * The module to run: the bundle, or what it is made of.
 *
 * @param {readonly string[]} argv
 */
export const entry = (argv) => (!mayLoadModules(argv) && isFresh() ? BUNDLE : at('../dist/main.js')).href;
