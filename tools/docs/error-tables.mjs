/** The tables of error codes: one in each package that throws codes of its own. */
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** @typedef {{ readonly who: string, readonly means: string, readonly todo: string }} ErrorInfo */

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The name of a table, in `src` and, built, in `dist`. */
export const TABLE = 'error-codes';

/** @typedef {{ who: string, codes: Record<string, { means: string, todo: string }> }} Table */

/** @param {unknown} value @returns {value is Table} */
const isTable = (value) => typeof value === 'object' && value !== null && 'who' in value && 'codes' in value;

/**
 * Every code with what is known about it; throws if two tables have the same.
 *
 * @param {'src' | 'dist'} where
 * @returns {Promise<Record<string, ErrorInfo>>}
 */
export async function readErrorCodes(where) {
  const packages = ['packages', 'apps'].flatMap((parent) =>
    readdirSync(path.join(ROOT, parent)).map((name) => path.join(ROOT, parent, name)),
  );
  const files = packages
    .filter((dir) => existsSync(path.join(dir, 'src', `${TABLE}.ts`)))
    .map((dir) => path.join(dir, where, `${TABLE}.${where === 'src' ? 'ts' : 'js'}`));
  /** @type {Record<string, ErrorInfo>} */
  const codes = {};
  for (const file of files) {
    const tables = Object.values(await import(pathToFileURL(file).href)).filter(isTable);
    if (tables.length === 0) throw new Error(`${file}: no table`);
    const rows = tables.flatMap(({ who, codes: own }) =>
      Object.entries(own).map(([code, info]) => /** @type {const} */ ([code, { who, ...info }])),
    );
    for (const [code, info] of rows) {
      if (Object.hasOwn(codes, code)) throw new Error(`${file}: ${code} has a row in another table`);
      codes[code] = info;
    }
  }
  return codes;
}
