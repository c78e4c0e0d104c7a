import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { normal, type Part, pageText, partsOf } from '../docs/adding-an-arch/page.mjs';
import { withoutImport } from '../docs/adding-an-arch/remove.mjs';
import { replay } from '../docs/adding-an-arch/replay.mjs';
import { PAGE } from '../docs/adding-an-arch.mjs';

const page = readFileSync(PAGE, 'utf8');
const parts = partsOf(page);
const isFile = (part: Part) => part.kind === 'file';

describe('docs/adding-an-arch.md', () => {
  it('comes in parts that make the page again', () => {
    expect(pageText(parts)).toBe(page);
    expect(parts.filter((part) => part.kind === 'console').length).toBeGreaterThan(8);
  });

  // What the commands print is compared by `npm run check:adding-an-arch`, which takes longer.
  it('has the files as they stand in the repository (npm run docs:adding-an-arch rewrites them)', () => {
    const files = parts.filter(isFile).filter((part) => !part.stage);
    expect(files.length).toBeGreaterThan(8);
    for (const { path, text } of files) {
      expect(text, path).toBe(readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8'));
    }
  });

  it('ends every file as it is, whatever stands there on the way', () => {
    const last = new Map(parts.filter(isFile).map((part) => [part.path, part.stage]));
    expect([...last].filter(([, stage]) => stage)).toEqual([]);
  });
});

describe('a command of the page', () => {
  const follow = (command: string) => {
    const failures: string[] = [];
    const page = partsOf(`\`\`\`console\n$ ${command}\n\`\`\``);
    const how = {
      root: '.',
      copy: '.',
      checking: false,
      onFailure: (_: string, said: string) => failures.push(said),
    };
    return { page: pageText(replay(page, how)), failures };
  };

  it('has its output written down, both streams', () => {
    const { page, failures } = follow('echo a; echo b >&2');
    expect([page, failures]).toEqual(['\n```console\n$ echo a; echo b >&2\na\nb\n```\n', []]);
  });

  it('that fails is told, so that a failure does not become what the page says', () => {
    expect(follow('echo 3 failed | grep -o " 0 failed"').failures).toEqual(['']);
    expect(follow('echo so; false').failures).toEqual(['so']);
  });
});

describe('blocks', () => {
  it('a command may go on in the next line, and prints what follows', () => {
    const [, block] = partsOf('```console\n$ a \\\n  | b\n1\n\n2\n$ c\n```');
    expect(block?.kind === 'console' && block.commands).toEqual([
      { command: 'a \\\n  | b', output: '1\n\n2' },
      { command: 'c', output: '' },
    ]);
  });

  it('a block that quotes blocks needs a longer fence', () => {
    const text = 'before\n````md file=a.md\n```ts\n```\n````\nafter';
    expect(partsOf(text)[1]).toMatchObject({ kind: 'file', path: 'a.md', text: '```ts\n```\n' });
    expect(pageText(partsOf(text))).toBe(text);
    expect(() => partsOf('```ts\n')).toThrow(/not closed/);
  });

  it('times do not count', () => {
    expect(normal('Checked 17 files in 20ms. 5.6 s\n')).toBe('Checked 17 files in N ms. N ms');
  });
});

it('a package leaves the catalogue with its import and its plug-ins', () => {
  const before =
    "import { a, b } from '@x/ab';\nimport { c } from '@x/c';\nconst all = [\n  c,\n  a,\n  b,\n];\n";
  const after = "import { c } from '@x/c';\nconst all = [\n  c,\n];\n";
  expect(withoutImport(before, '@x/ab')).toBe(after);
  expect(withoutImport(after, '@x/ab')).toBe(after);
});
