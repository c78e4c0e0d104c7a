/**
 * `npm run check:lock`: finds what makes `npm ci` fail, or run on the wrong Node, on a machine that is not ours.
 *
 * `npm install` silently leaves an optional platform package out of the lock when the registry does not have
 * it (yet); `npm ci` elsewhere then stops with "Missing: … from lock file".
 */
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import semver from 'semver';

/** The oldest Node the repository promises to work on. */
const OLDEST_NODE = '20.19.0';

/** @typedef {Record<string, string>} Ranges */
/** @typedef {{ version?: string, link?: boolean, optional?: boolean, engines?: Ranges, optionalDependencies?: Ranges }} Entry */
/** @typedef {Record<string, Entry>} Packages */
/** @typedef {{ name?: string, private?: boolean, dependencies?: Ranges, devDependencies?: Ranges }} Manifest */

/**
 * Looks for `name` the way Node does: beside the package, then one level further out at a time.
 *
 * @param {Packages} packages
 * @param {string} from key of the package that asks
 * @param {string} name
 */
function isLocked(packages, from, name) {
  for (let dir = from; ; dir = dir.slice(0, Math.max(dir.lastIndexOf('/node_modules/'), 0))) {
    if (packages[`${dir ? `${dir}/` : ''}node_modules/${name}`]) return true;
    if (dir === '') return false;
  }
}

/**
 * @param {Packages} packages the `packages` of a lock file
 * @returns {string[]} complaints
 */
export function checkLock(packages) {
  return Object.entries(packages).flatMap(([key, entry]) => {
    const who = `${key || 'the root'}@${entry.version ?? '0'}`;
    const missing = Object.keys(entry.optionalDependencies ?? {})
      .filter((name) => !isLocked(packages, key, name))
      .map((name) => `missing in the lock: ${name}, wanted by ${who}`);
    const range = entry.engines?.node;
    const tooNew = range !== undefined && !semver.satisfies(OLDEST_NODE, range);
    return tooNew ? [...missing, `${who} does not run on Node ${OLDEST_NODE}: it wants ${range}`] : missing;
  });
}

/**
 * @param {readonly Manifest[]} manifests the root's and every package's package.json
 * @returns {string[]} complaints about versions that are not exact
 */
export function checkExact(manifests) {
  const own = new Set(manifests.map((manifest) => manifest.name));
  return manifests.flatMap((manifest) =>
    Object.entries({ ...manifest.dependencies, ...manifest.devDependencies })
      .filter(
        ([name, range]) => !(semver.valid(range) || (manifest.private && own.has(name) && range === '*')),
      )
      .map(([name, range]) => `${manifest.name}: "${name}": "${range}" is not an exact version`),
  );
}

/** @param {string} root */
function main(root) {
  /** @param {string} file */
  const read = (file) => JSON.parse(fs.readFileSync(path.join(root, file), 'utf8'));
  /** @type {Packages} */
  const packages = read('package-lock.json').packages;
  const own = Object.keys(packages).filter((key) => !key.includes('node_modules'));
  const complaints = [
    ...checkLock(packages),
    ...checkExact(own.map((dir) => read(path.join(dir, 'package.json')))),
  ];
  for (const complaint of complaints) console.error(complaint);
  console.log(`check:lock: ${Object.keys(packages).length} entries, ${complaints.length} complaints`);
  process.exitCode = complaints.length === 0 ? 0 : 1;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) main(process.cwd());
