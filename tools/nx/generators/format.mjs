/** Formats what was written, as `npm run format` would. */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';

/**
 * @param {string} root
 * @param {readonly string[]} files relative to `root`
 */
export function format(root, files) {
  const bin = createRequire(path.join(root, 'package.json')).resolve('@biomejs/biome/bin/biome');
  const sources = files.filter(
    (file) => /\.(?:ts|mjs|json)$/.test(file) && !file.endsWith('package-lock.json'),
  );
  const { status, stderr } = spawnSync(process.execPath, [bin, 'check', '--write', ...sources], {
    cwd: root,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`what was generated does not pass npm run lint:\n${stderr}`);
}

/**
 * Files that a generator wrote or changed.
 *
 * @param {import('@nx/devkit').Tree} tree
 */
export const written = (tree) =>
  tree.listChanges().flatMap(({ path: file, type }) => (type === 'DELETE' ? [] : [file]));
