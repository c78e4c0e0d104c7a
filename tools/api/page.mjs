/** `api.txt` of a package: what others may import from it, one name a line. */
import fs from 'node:fs';
import path from 'node:path';

/** @typedef {import('./exports.mjs').Api} Api */

/** @param {Api} api */
export function apiText({ name, exported }) {
  const entries = [...new Set(exported.map(({ entry }) => entry))];
  const parts = entries.map((entry) => {
    const lines = exported.filter((one) => one.entry === entry).map((one) => `${one.kind} ${one.name}`);
    return `${name}${entry.slice(1)}\n${lines.map((line) => `  ${line}\n`).join('')}`;
  });
  return parts.join('\n');
}

/** @param {string} root @param {Api} api */
export const apiFile = (root, { dir }) => path.join(root, dir, 'api.txt');

/**
 * Packages whose `api.txt` is not what their sources export, with the lines that differ.
 *
 * @param {string} root
 * @param {readonly Api[]} apis
 * @returns {string[]}
 */
export function stale(root, apis) {
  return apis.flatMap((api) => {
    const file = apiFile(root, api);
    const old = fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : '';
    const now = apiText(api);
    if (old === now) return [];
    const [before, after] = [old.split('\n'), now.split('\n')];
    const gone = before.filter((line) => !after.includes(line)).map((line) => `- ${line.trim()}`);
    const come = after.filter((line) => !before.includes(line)).map((line) => `+ ${line.trim()}`);
    const changes = [...gone, ...come];
    const shown = changes.length > 0 ? changes.slice(0, 20).join(', ') : 'the same names in another order';
    const more = changes.length > 20 ? `, and ${changes.length - 20} more` : '';
    return [`${api.dir}/api.txt is not what the sources export (npm run api rewrites it): ${shown}${more}`];
  });
}
