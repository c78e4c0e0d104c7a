/** Packs packages as `npm publish` would, and installs the tarballs into an empty project without a network. */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import semver from 'semver';

/** @typedef {{ name: string, version: string, filename: string, files: { path: string, size: number }[] }} Packed */
/** @typedef {Record<string, string>} Ranges */
/** @typedef {Record<string, unknown> & { dependencies?: Ranges, devDependencies?: Ranges, peerDependencies?: Ranges }} Manifest */
/** @typedef {{ name: string, dir: string, manifest: Manifest }} Published */

/** The environment without what an outer `npm run` put there. */
const plainEnv = () =>
  Object.fromEntries(Object.entries(process.env).filter(([key]) => !/^npm_|^INIT_CWD$/i.test(key)));

/**
 * @param {readonly string[]} args
 * @param {string} cwd
 * @returns {string} what npm printed
 */
export function npm(args, cwd) {
  const quiet = ['--loglevel=error', '--no-audit', '--no-fund', '--no-update-notifier'];
  return execFileSync('npm', [...args, ...quiet], {
    cwd,
    env: plainEnv(),
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
}

/**
 * @param {string} dir
 * @returns {Manifest}
 */
const readManifest = (dir) => JSON.parse(fs.readFileSync(path.join(dir, 'package.json'), 'utf8'));

/**
 * Every package of the repository that is published.
 *
 * @param {string} root
 * @returns {Published[]}
 */
export function publishedPackages(root) {
  return ['packages', 'apps']
    .flatMap((parent) =>
      fs.readdirSync(path.join(root, parent)).map((child) => path.join(root, parent, child)),
    )
    .filter((dir) => fs.existsSync(path.join(dir, 'package.json')))
    .map((dir) => ({ dir, manifest: readManifest(dir) }))
    .filter(({ manifest }) => !manifest.private)
    .map(({ dir, manifest }) => ({ name: String(manifest.name), dir, manifest }));
}

/**
 * Finds an installed package the way Node does: beside the one that asks, then further out.
 *
 * @param {string} from folder of the package that asks
 * @param {string} name
 * @returns {string}
 */
function installedAt(from, name) {
  for (let dir = from; ; dir = path.dirname(dir)) {
    const found = path.join(dir, 'node_modules', name);
    if (fs.existsSync(path.join(found, 'package.json'))) return found;
    if (dir === path.dirname(dir)) throw new Error(`${name}, wanted by ${from}, is not installed`);
  }
}

/**
 * Folders of the third-party packages that `packages` need at run time, found in the installed tree; of some
 * there may be two versions.
 *
 * @param {readonly Published[]} packages
 * @returns {string[]}
 */
export function outsideDependencies(packages) {
  const own = new Set(packages.map(({ name }) => name));
  /** @type {Set<string>} */
  const found = new Set();
  /** @param {string} from @param {Manifest} manifest */
  const follow = (from, manifest) => {
    for (const name of Object.keys(manifest.dependencies ?? {}).filter((wanted) => !own.has(wanted))) {
      const dir = installedAt(from, name);
      if (found.has(dir)) continue;
      found.add(dir);
      follow(dir, readManifest(dir));
    }
  };
  for (const { dir, manifest } of packages) {
    // What one of them works with if it is there.
    follow(dir, { ...manifest, dependencies: { ...manifest.dependencies, ...manifest.peerDependencies } });
  }
  return [...found];
}

/**
 * @param {readonly string[]} dirs folders of packages
 * @param {string} into folder for the tarballs
 * @returns {Packed[]}
 */
export function pack(dirs, into) {
  return JSON.parse(npm(['pack', '--json', '--ignore-scripts', '--pack-destination', into, ...dirs], into));
}

/**
 * @param {string} project an empty folder
 * @param {readonly Packed[]} packed
 * @param {string} tarballs where {@link pack} put them
 */
export function installOffline(project, packed, tarballs) {
  /** @type {Record<string, string>} */
  const dependencies = {};
  /** @type {Record<string, string>} */
  const overrides = {};
  for (const { name, version, filename } of packed) {
    const file = `file:${path.join(tarballs, filename)}`;
    const alone = packed.filter((other) => other.name === name).length === 1;
    // Of several, each is for whoever asks for its major version.
    if (alone) dependencies[name] = file;
    else overrides[`${name}@${semver.major(version)}`] = file;
  }
  const manifest = { name: 'empty-project', private: true, type: 'module', dependencies, overrides };
  fs.writeFileSync(path.join(project, 'package.json'), JSON.stringify(manifest, null, 2));
  // An empty cache of its own: nothing that an earlier run fetched can help.
  npm(['install', '--offline', '--ignore-scripts', '--cache', path.join(tarballs, 'cache')], project);
}
