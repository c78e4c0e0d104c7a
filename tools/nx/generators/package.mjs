/** Writes a package that stands on core, and what every package of this repository has. */
import path from 'node:path';
import { generateFiles, readJson } from '@nx/devkit';
import { identifierOf, words } from './names.mjs';

/** @typedef {import('@nx/devkit').Tree} Tree */

const FILES = path.join(import.meta.dirname, '../files');

/**
 * @param {Tree} tree
 * @param {string} dir
 * @param {string} room
 * @param {{ pkg: string, description: string } & Record<string, unknown>} names for the templates
 */
export function writePackage(tree, dir, room, names) {
  const { version } = readJson(tree, 'lerna.json');
  const all = { ...names, room, version };
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
