/** Makes a new package known to the command line, the lock and Node. */
import fs from 'node:fs';
import path from 'node:path';
import { readJson, updateJson } from '@nx/devkit';
import { addImport, addToConstant } from './edit.mjs';
import { lockWorkspace } from './lock.mjs';
import { mistake } from './names.mjs';

/** @typedef {import('@nx/devkit').Tree} Tree */

const CLI = 'apps/cli';
/** Where the command has its lists: the file, and the constant that holds one. */
const LISTS = {
  archs: { file: `${CLI}/src/archs.ts`, constant: /^ARCHS$/ },
  scenarios: { file: `${CLI}/src/catalogue.ts`, constant: /^CATALOGUE$/ },
};

/**
 * Throws `RACEWALK_EXISTS` if the package is there already.
 *
 * @param {Tree} tree
 * @param {string} dir
 */
export function checkFree(tree, dir) {
  if (!tree.exists(dir)) return;
  throw mistake(
    'RACEWALK_EXISTS',
    `${dir} exists already`,
    `take another name, or remove that folder (and its lines in ${LISTS.archs.file} or ${LISTS.scenarios.file}) first`,
  );
}

/**
 * @param {Tree} tree
 * @param {{ name: string, dir: string, exported: string, list: 'archs' | 'scenarios' }} pkg
 */
export function register(tree, { name, dir, exported, list }) {
  const manifest = readJson(tree, `${dir}/package.json`);
  updateJson(tree, `${CLI}/package.json`, (json) => {
    json.dependencies[name] = manifest.version;
    return json;
  });
  updateJson(tree, `${CLI}/tsconfig.json`, (json) => {
    json.references.push({ path: path.posix.relative(CLI, dir) });
    return json;
  });
  updateJson(tree, 'package-lock.json', (lock) => {
    const { dependencies } = readJson(tree, `${CLI}/package.json`);
    lockWorkspace(lock, dir, manifest, { dir: CLI, dependencies });
    return lock;
  });
  const element = list === 'archs' ? exported : `...${exported}`;
  const { file, constant } = LISTS[list];
  const imported = addImport(tree.read(file, 'utf8') ?? '', { name: exported, from: name });
  const text = addToConstant(imported, constant, { element });
  if (text === null) {
    throw mistake(
      'RACEWALK_CATALOGUE',
      `${file} has no list "${list}"`,
      'restore the list, and run this again',
    );
  }
  tree.write(file, text);
}

/**
 * The link that `npm install` would make, so that Node finds the new package by its name.
 *
 * @param {string} root
 * @param {string} name
 * @param {string} dir
 */
export function link(root, name, dir) {
  const at = path.join(root, 'node_modules', name);
  if (fs.existsSync(at)) return;
  fs.mkdirSync(path.dirname(at), { recursive: true });
  fs.symlinkSync(path.relative(path.dirname(at), path.join(root, dir)), at, 'junction');
}
