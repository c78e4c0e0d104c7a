/**
 * Pages of the documents that a reader follows: files are written as they stand there, commands are run, and what they
 * print stands below them. `UPDATE_GOLDEN=1` rewrites what they print.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { command } from './command.js';

const PAGES = [
  'first-race',
  'reading-a-counterexample',
  'invariants',
  'mutants',
  'faq',
  'levels',
  'engine',
  'scenario',
  'own-tlb',
];
const from = (at: string): string => fileURLToPath(new URL(at, import.meta.url));
const update = process.env.UPDATE_GOLDEN === '1';

// Inside the repository, where the packages and the compiler are found.
const cwd = mkdtempSync(from('../.own-'));
afterAll(() => rmSync(cwd, { recursive: true }));

/** A fenced block, and the name of the file that the line above it gives, as `NAME`: on a line of its own. */
const BLOCK = /(?:^`([\w.-]+)`:\n\n)?^```(\w*)\n([\s\S]*?)^```$/gm;

/** The words of a line, as a shell has them. */
const words = (line: string): string[] =>
  [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');

/** What differs from run to run: times, and tokens, which are long besides. */
const steady = (text: string): string =>
  text
    .replace(/ · [\d.]+ m?s$/gm, ' · 1 s')
    .replace(/^(time +)[\d.]+ m?s$/gm, (_, name: string) => `${name}1 s`)
    .replace(/ · [\d ]+\/s$/gm, ' · 1/s')
    .replace(/rw1:[\w-]+/g, 'rw1:…');

async function runBlock(text: string): Promise<string> {
  const out: string[] = [];
  for (const line of text.split('\n').filter((one) => one.startsWith('$ '))) {
    const [name, ...argv] = words(line.slice(2));
    expect(name).toBe('racewalk');
    const ended = await command(argv, { COLUMNS: '80' }, cwd);
    out.push(line, steady(ended.out === '' ? ended.err : ended.out).trimEnd());
  }
  return `${out.filter((part) => part !== '').join('\n')}\n`;
}

describe.each(PAGES)('docs/%s.md', (page) => {
  const file = from(`../../../docs/${page}.md`);

  it('shows what happens', async () => {
    const text = readFileSync(file, 'utf8');
    let shown = text;
    for (const [, name, language, body = ''] of text.matchAll(BLOCK)) {
      if (name !== undefined) writeFileSync(path.join(cwd, name), body);
      if (language !== 'console') continue;
      const printed = await runBlock(body);
      if (update) shown = shown.replace(body, () => printed);
      else expect(body).toBe(printed);
    }
    if (update) writeFileSync(file, shown);
  }, 300_000);
});
