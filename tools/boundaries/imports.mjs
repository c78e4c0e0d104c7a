/** Judges one import statement against the house plan. */
import { isBuiltin } from 'node:module';
import path from 'node:path';
import { EXCEPTIONS, objection, outsideObjection, PARTS } from './house.mjs';

/** @typedef {import('./house.mjs').Objection} Objection */
/** @typedef {import('./parse.mjs').Import} Import */
/** @typedef {import('./workspace.mjs').Package} Package */
/** @typedef {import('./workspace.mjs').Workspace} Workspace */

/** Files outside every package that configuration files may import. */
const SHARED_CONFIG = /^(?:vitest\.shared\.js|tools\/docs\/[\w-]+\.mjs)$/;

/** @param {string} specifier */
function packageName(specifier) {
  const parts = specifier.split('/');
  return parts.slice(0, specifier.startsWith('@') ? 2 : 1).join('/');
}

/**
 * `src` and `bin` are what users get; the rest of a package (tests, configuration) stays at home.
 *
 * @param {string} file
 * @param {Package} pkg
 */
export function isPublished(file, pkg) {
  const inside = file.slice(pkg.dir.length + 1);
  return inside.startsWith('src/') || inside.startsWith('bin/');
}

/**
 * @param {string} file
 * @param {string} specifier
 * @param {Package} pkg
 * @returns {Objection | null}
 */
function judgeRelative(file, specifier, pkg) {
  const target = path.posix.normalize(path.posix.join(path.posix.dirname(file), specifier));
  if (target.startsWith(`${pkg.dir}/`) || pkg.room === 'tools') return null;
  const isConfig = path.posix.dirname(file) === pkg.dir;
  if (isConfig && SHARED_CONFIG.test(target)) return null;
  return { rule: 'outside', why: `a relative import stays inside ${pkg.dir}; use the package name` };
}

/**
 * Why `src` of `pkg` may not use this part of a room of which it may use other parts.
 *
 * @param {Package} pkg
 * @param {Package} target
 * @param {string} entry
 * @param {Import['names']} names
 * @returns {Objection | null}
 */
function judgePart(pkg, target, entry, names) {
  const part = PARTS.find(({ from, to }) => from === pkg.room && to === target.room);
  if (!part) return null;
  const wanted = part.entries[entry];
  const bad = wanted === undefined || (wanted && (names === null || names.some((n) => !wanted.includes(n))));
  return bad ? { rule: part.rule, why: part.why } : null;
}

/**
 * @param {Import} found
 * @param {Package} pkg
 * @param {Package} target
 * @param {string} inside path of the file within `pkg`
 * @param {boolean} inTests
 * @returns {Objection | null}
 */
function judgeSibling({ specifier, names }, pkg, target, inside, inTests) {
  if (target.name !== pkg.name && pkg.room && target.room) {
    const excepted = EXCEPTIONS.some(
      (other) => other.pkg === pkg.dir && inside.startsWith(other.under) && other.to === target.room,
    );
    const bad = excepted ? null : objection(pkg.room, target.room, inTests);
    if (bad) return bad;
  }
  // What stands behind `?` is for a bundler.
  const entry = `.${specifier.slice(target.name.length).replace(/\?.*$/, '')}`;
  if (!target.entries.has(entry)) {
    return { rule: 'deep-import', why: `${target.name} does not export "${entry}"` };
  }
  return inTests ? null : judgePart(pkg, target, entry, names);
}

/**
 * @param {Workspace} workspace
 * @param {Package} pkg the package that `file` belongs to
 * @param {string} file relative to the root
 * @param {Import} found
 * @returns {Objection | null}
 */
export function judgeImport(workspace, pkg, file, found) {
  const { specifier } = found;
  if (specifier.startsWith('.')) return judgeRelative(file, specifier, pkg);
  const inTests = !isPublished(file, pkg);
  const builtin = isBuiltin(specifier);
  const name = packageName(specifier);
  const target = workspace.packages.find((other) => other.name === name);
  if (target) {
    const bad = judgeSibling(found, pkg, target, file.slice(pkg.dir.length + 1), inTests);
    if (bad) return bad;
  } else if (!inTests && pkg.room) {
    const bad = outsideObjection(pkg.room, builtin ? specifier : name);
    if (bad) return bad;
  }
  if (builtin || name === pkg.name || pkg.runtime.has(name)) return null;
  if (inTests && (pkg.dev.has(name) || workspace.rootDev.has(name))) return null;
  const where = inTests ? 'devDependencies' : 'dependencies';
  return { rule: 'undeclared', why: `${name} is not in the ${where} of ${pkg.dir}/package.json` };
}
