/** Writes a package that stands on the floors below it, and what every package of this repository has. */
import path from 'node:path';
import { generateFiles, readJson } from '@nx/devkit';
import { identifierOf, words } from './names.mjs';

/** @typedef {import('@nx/devkit').Tree} Tree */

const FILES = path.join(import.meta.dirname, '../files');

/** What a plug-in and a family of races use; a race in the tests of a plug-in needs a machine and Linux as well. */
const USES = {
  arch: { src: ['core'], tests: ['conformance', 'machine', 'mm'] },
  feature: { src: ['core', 'machine', 'mm'], tests: ['conformance', 'toys'] },
};

/**
 * @param {Tree} tree
 * @param {string} dir
 * @param {keyof typeof USES} room
 * @param {{ pkg: string, description: string } & Record<string, unknown>} names for the templates
 */
export function writePackage(tree, dir, room, names) {
  const { version } = readJson(tree, 'lerna.json');
  const { src, tests } = USES[room];
  /** @param {unknown} value */
  const json = (value) => JSON.stringify(value, null, 2).replaceAll('\n', '\n  ');
  /** @param {readonly string[]} used */
  const versions = (used) => json(Object.fromEntries(used.map((name) => [`@racewalk/${name}`, version])));
  const all = {
    ...names,
    room,
    version,
    dependencies: versions(src),
    devDependencies: versions(tests),
    references: json(src.map((name) => ({ path: `../${name}` }))),
  };
  generateFiles(tree, path.join(FILES, 'package'), dir, all);
  generateFiles(tree, path.join(FILES, room), dir, all);
  tree.write(`${dir}/LICENSE`, tree.read('LICENSE', 'utf8') ?? '');
}

/**
 * @param {Tree} tree
 * @param {string} folder
 * @param {{ family: string, raceName: string }} names
 * @returns {string} name of the constant that holds the race
 */
export function writeRace(tree, folder, { family, raceName }) {
  const race = identifierOf(raceName, 'Race');
  const names = { family, raceName, race, raceWords: words(raceName) };
  generateFiles(tree, path.join(FILES, 'race'), folder, names);
  return race;
}
