/** Reads the packages of the repository and their source files from disk. */
import fs from 'node:fs';
import path from 'node:path';
import { isRoom } from './house.mjs';

/**
 * @typedef {object} Package
 * @property {string} name
 * @property {string} dir relative to the root, with `/`
 * @property {import('./house.mjs').Room | null} room null when no valid `room:` tag is given
 * @property {ReadonlySet<string>} runtime names in dependencies, peer and optional dependencies
 * @property {ReadonlySet<string>} dev names in devDependencies
 * @property {ReadonlySet<string>} entries the keys of `exports`
 * @property {ReadonlyMap<string, string>} sources the source file of each entry that has one, relative to the root
 * @property {string} manifest text of package.json
 */

/** @typedef {{ root: string, packages: readonly Package[], rootDev: ReadonlySet<string> }} Workspace */

/** `page` is what is made of apps/explorer. */
const SKIP = new Set(['node_modules', 'dist', 'page', 'coverage', 'files', '.nx', '.git']);
const SOURCE = /\.(?:[cm]?ts|tsx|[cm]?js)$/;

/** @param {Record<string, unknown>[]} maps */
const names = (...maps) => new Set(maps.flatMap((map) => Object.keys(map ?? {})));

/**
 * The source file behind an entry of `exports`: the condition of this repository, or the entry itself.
 *
 * @param {string} dir
 * @param {unknown} entry
 */
function sourceOf(dir, entry) {
  const conditions = /** @type {Record<string, unknown>} */ (typeof entry === 'object' && entry ? entry : {});
  const target = typeof entry === 'string' ? entry : conditions['@racewalk/source'];
  return typeof target === 'string' && SOURCE.test(target) ? path.posix.join(dir, target) : null;
}

/**
 * @param {string} root
 * @param {string} dir
 * @returns {Package}
 */
function readPackage(root, dir) {
  const manifest = fs.readFileSync(path.join(root, dir, 'package.json'), 'utf8');
  const json = JSON.parse(manifest);
  /** @type {string[]} */
  const tags = json.nx?.tags ?? [];
  const rooms = tags.filter((tag) => tag.startsWith('room:')).map((tag) => tag.slice('room:'.length));
  const room = rooms[0];
  return {
    name: json.name,
    dir,
    room: room !== undefined && rooms.length === 1 && isRoom(room) ? room : null,
    runtime: names(json.dependencies, json.peerDependencies, json.optionalDependencies),
    dev: names(json.devDependencies),
    entries: names(json.exports),
    sources: new Map(
      Object.entries(json.exports ?? {}).flatMap(([key, entry]) => {
        const file = sourceOf(dir, entry);
        return file === null ? [] : [[key, file]];
      }),
    ),
    manifest,
  };
}

/**
 * @param {string} root folder that holds the root package.json
 * @returns {Workspace}
 */
export function readWorkspace(root) {
  const json = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'));
  const dirs = /** @type {string[]} */ (json.workspaces).flatMap((pattern) => {
    if (!pattern.endsWith('/*')) return [pattern];
    const parent = pattern.slice(0, -2);
    const at = path.join(root, parent);
    return fs.existsSync(at) ? fs.readdirSync(at).map((child) => `${parent}/${child}`) : [];
  });
  const packages = dirs
    .filter((dir) => fs.existsSync(path.join(root, dir, 'package.json')))
    .map((dir) => readPackage(root, dir));
  return { root, packages, rootDev: names(json.devDependencies) };
}

/**
 * Source files of one package, relative to the root.
 *
 * @param {string} root
 * @param {string} dir
 * @returns {string[]}
 */
export function sourceFiles(root, dir) {
  return fs
    .readdirSync(path.join(root, dir), { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const file = `${dir}/${entry.name}`;
      if (entry.isDirectory()) return SKIP.has(entry.name) ? [] : sourceFiles(root, file);
      return SOURCE.test(entry.name) ? [file] : [];
    });
}
