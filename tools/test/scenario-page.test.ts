import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
const text = (file: string): string => readFileSync(path.join(root, file), 'utf8');
/** Without indentation. */
const flat = (code: string): string => code.replace(/^[ \t]+/gm, '').trim();
/** The code in a comment, each of whose lines begins with a star. */
const uncommented = (text: string): string => text.replace(/^ \*/gm, '');

const FILES = [
  'packages/machine/src/scenario/scenario.ts',
  'packages/machine/src/scenario/variant.ts',
  'packages/mm/src/define-scenario.ts',
];

it('the examples of the parts of a race stand in docs/scenario.md, whose files CI runs', () => {
  const page = flat(text('docs/scenario.md'));
  const examples = FILES.flatMap((file) =>
    [...text(file).matchAll(/@example\n \* ```ts\n([\s\S]*?) \* ```/g)].map(([, code = '']) =>
      flat(uncommented(code)),
    ),
  );
  expect(examples.length).toBeGreaterThanOrEqual(5);
  for (const example of examples) expect(page).toContain(example);
});
