/**
 * docs/adding-an-arch.md and the plug-in it builds.
 *
 *     node tools/docs/adding-an-arch.mjs           follows the page in a copy, and rewrites its blocks
 *     node tools/docs/adding-an-arch.mjs --check   the same, but only says what differs
 *     node tools/docs/adding-an-arch.mjs remove    takes the plug-in out of this checkout, where the page begins
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pageText, partsOf } from './adding-an-arch/page.mjs';
import { remove } from './adding-an-arch/remove.mjs';
import { copyCheckout, differences, replay } from './adding-an-arch/replay.mjs';

const ROOT = path.resolve(import.meta.dirname, '../..');
const ID = 'loongarch64';
const PACKAGE = `packages/arch-${ID}`;
export const PAGE = path.join(ROOT, 'docs/adding-an-arch.md');

/**
 * Where two texts begin to differ, in words.
 *
 * @param {string} is
 * @param {string} should
 */
function firstDifference(is, should) {
  const [a, b] = [is.split('\n'), should.split('\n')];
  const at = a.findIndex((line, i) => line !== b[i]);
  const i = at < 0 ? a.length : at;
  return `docs/adding-an-arch.md:${i + 1}\n  page: ${a[i] ?? '(ends)'}\n  real: ${b[i] ?? '(ends)'}`;
}

/** @param {boolean} checking */
function main(checking) {
  const copy = fs.mkdtempSync(path.join(os.tmpdir(), 'racewalk-arch-'));
  try {
    copyCheckout(ROOT, copy);
    const page = fs.readFileSync(PAGE, 'utf8');
    const onCommand = (/** @type {string} */ command) => console.log(`$ ${command}`);
    let failures = 0;
    const onFailure = (/** @type {string} */ command, /** @type {string} */ output) => {
      failures++;
      console.error(`this command of the page fails: ${command}\n${output.replace(/^/gm, '  ')}`);
    };
    const parts = replay(partsOf(page), { root: ROOT, copy, checking, onCommand, onFailure });
    const real = pageText(parts);
    const different = differences(ROOT, copy, PACKAGE);
    if (real !== page) {
      if (checking) console.error(firstDifference(page, real));
      else if (failures === 0) fs.writeFileSync(PAGE, real);
    }
    for (const file of different) console.error(`${file} is not what following the page makes`);
    const bad = failures > 0 || different.length > 0 || (checking && real !== page);
    const verdict =
      real === page
        ? 'says what happens'
        : checking
          ? 'does not say what happens'
          : failures > 0
            ? 'left as it was'
            : 'rewritten';
    const counts = `${failures} commands fail, ${different.length} files of ${PACKAGE} differ`;
    console.log(`docs/adding-an-arch.md: ${verdict}; ${counts}`);
    process.exitCode = bad ? 1 : 0;
  } finally {
    fs.rmSync(copy, { recursive: true, force: true });
  }
}

if (process.argv[1] === import.meta.filename) {
  const [what] = process.argv.slice(2);
  if (what === 'remove') {
    remove(ROOT, ID);
    console.log(`removed: ${PACKAGE} and its lines in apps/cli and package-lock.json`);
  } else main(what === '--check');
}
