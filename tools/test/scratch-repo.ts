/**
 * A copy of this repository to write into: its files but the tests, what was built, and links to what is
 * installed.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '../..');
/** Folders, relative to the root, that nobody needs in a copy. */
const UNWANTED =
  /^(?:\.git|\.nx|\.ci|docs\/api|coverage|(?:packages|apps)\/[^/]+\/test|tools\/(?:test|bench))$/;

function isWanted(file: string): boolean {
  if (path.basename(file) === 'node_modules' || file.endsWith('.map')) return false;
  return !UNWANTED.test(path.relative(ROOT, file).replaceAll('\\', '/'));
}

/** What is installed, by links; packages of the repository lead to the copy's own folders. */
function linkInstalled(copy: string): void {
  const from = path.join(ROOT, 'node_modules');
  const into = path.join(copy, 'node_modules');
  fs.mkdirSync(path.join(into, '@racewalk'), { recursive: true });
  for (const name of fs.readdirSync(from)) {
    if (name !== '@racewalk' && name !== '.cache')
      fs.symlinkSync(path.join(from, name), path.join(into, name));
  }
  for (const name of fs.readdirSync(path.join(from, '@racewalk'))) {
    const link = path.join('@racewalk', name);
    fs.symlinkSync(fs.readlinkSync(path.join(from, link)), path.join(into, link));
  }
}

/** Makes the copy in a temporary folder; the caller removes it. */
export function copyRepository(): string {
  const copy = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'racewalk-copy-')));
  for (const name of fs.readdirSync(ROOT)) {
    if (!isWanted(path.join(ROOT, name))) continue;
    fs.cpSync(path.join(ROOT, name), path.join(copy, name), {
      recursive: true,
      // An up-to-date build of the original is one of the copy.
      preserveTimestamps: true,
      filter: isWanted,
    });
  }
  linkInstalled(copy);
  return copy;
}
