import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '../..');
const read = (file: string) => fs.readFileSync(path.join(ROOT, file), 'utf8');

/** Each page of docs/reading-beside-linux, and the sources whose lines it shows. */
const PAGES: Readonly<Record<string, readonly string[]>> = {
  gup_fast_pte_range: ['packages/mm/src/gup/gup-fast.ts'],
  move_ptes: ['packages/mm/src/mremap/move-ptes.ts'],
  ptep_get_and_clear_full: [
    'packages/core/src/ops/generic.ts',
    'packages/core/src/contpte/clear.ts',
    'packages/core/src/contpte/convert.ts',
  ],
  wp_page_copy: ['packages/mm/src/memory/wp.ts'],
  zap_pte_range: ['packages/mm/src/memory/zap.ts'],
};

/** Lines without comments, indentation and the types of parameters. */
const linesOf = (text: string) =>
  text
    .split('\n')
    .map((line) => line.replace(/\s*\/\/.*$/, '').trim())
    .filter((line) => line !== '' && !/^(\/\*\*|\*( |\/|$))/.test(line));

/** The first line of a function: on the page it has no types. */
const HEAD = /^(export )?(function\*|override \*|\*\w+\()/;

describe('docs/reading-beside-linux', () => {
  it('has the pages that are checked here', () => {
    const pages = fs
      .readdirSync(path.join(ROOT, 'docs/reading-beside-linux'))
      .map((file) => file.replace('.md', ''));
    expect(pages.sort()).toEqual(Object.keys(PAGES));
  });

  it.each(Object.entries(PAGES))('%s shows lines that are in the sources', (page, files) => {
    const text = read(`docs/reading-beside-linux/${page}.md`);
    const shown = [...text.matchAll(/```ts\n(.*?)```/gs)].flatMap((block) => linesOf(block[1] ?? ''));
    // A table shows one line of code in each row.
    const rows = [...text.matchAll(/^\| `([^`]*;)` \|/gm)].map((row) => (row[1] ?? '').trim());
    const known = new Set(files.flatMap((file) => linesOf(read(file))));
    const all = [...known];
    const there = (line: string) =>
      known.has(line) ||
      HEAD.test(line) ||
      (line.includes('…') && all.some((own) => own.startsWith(line.split('…')[0]!)));
    expect(shown.length + rows.length).toBeGreaterThan(10);
    expect([...shown, ...rows].filter((line) => !there(line))).toEqual([]);
  });
});
