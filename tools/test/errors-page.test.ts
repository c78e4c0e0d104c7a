/** Every code stands in one table: the page is made from them, and the sources throw nothing else. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readErrorCodes, TABLE } from '../docs/error-tables.mjs';
import { errorsPage, PAGE } from '../docs/errors-page.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const ERROR_CODES = await readErrorCodes('src');

/** Variables of the environment have the same prefix. */
const VARIABLES = new Set(['RACEWALK_REDIS_URL']);

function sources(): { file: string; text: string }[] {
  const folders = ['packages', 'apps'].flatMap((parent) =>
    readdirSync(path.join(ROOT, parent)).map((name) => path.join(ROOT, parent, name, 'src')),
  );
  return folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => path.join(folder, name))
      .filter((file) => path.basename(file) !== `${TABLE}.ts`)
      .map((file) => ({ file: path.relative(ROOT, file), text: readFileSync(file, 'utf8') })),
  );
}

/** Codes in quotes, and in comments that say what is thrown. */
const codesIn = (text: string): string[] =>
  [...text.matchAll(/['"`](RACEWALK_[A-Z_]*[A-Z]|E_[A-Z_]+)['"`]/g)].flatMap(([, code = '']) =>
    VARIABLES.has(code) ? [] : [code],
  );

describe('docs/errors.md', () => {
  it('is made from the tables (npm run docs:errors rewrites it)', () => {
    expect(readFileSync(PAGE, 'utf8')).toBe(errorsPage(ERROR_CODES));
  });
});

describe('the tables of error codes', () => {
  const found = sources().flatMap(({ file, text }) => codesIn(text).map((code) => ({ file, code })));

  it('have every code of the sources', () => {
    expect(found.length).toBeGreaterThan(100);
    expect(found.filter(({ code }) => !Object.hasOwn(ERROR_CODES, code))).toEqual([]);
  });

  it('have no code that nobody throws', () => {
    const used = new Set(found.map(({ code }) => code));
    expect(Object.keys(ERROR_CODES).filter((code) => !used.has(code))).toEqual([]);
  });

  it('say in one sentence each what a code means, and what to do', () => {
    for (const [code, { means, todo }] of Object.entries(ERROR_CODES)) {
      expect([code, means], code).toEqual([code, expect.stringMatching(/^[A-Z][^.]*(\.\w[^.]*)*\.$/)]);
      expect([code, todo], code).toEqual([code, expect.stringMatching(/\.$/)]);
    }
  });
});

it('no other class of errors has codes', () => {
  const classes = sources().flatMap(({ text }) =>
    [...text.matchAll(/class (\w+) extends \w*Error \{[^}]*readonly code:/g)].map(([, name]) => name),
  );
  expect(classes).toEqual(['RacewalkError']);
});
