/** Files that are no race in C: one message with a way out, and exit code 2. */
import { describe, expect, it } from 'vitest';
import { directory } from './kernel-tree.js';
import { run } from './run.js';

const BAD: readonly (readonly [what: string, text: string, message: string, hint: string])[] = [
  ['a binary file', 'C x\0\u0001', 'x.c is binary', 'give a text in C'],
  ['a huge file', `/* ${'x'.repeat(1_000_001)} */`, 'x.c is larger than 1 MB', 'give the race alone'],
  ['an empty file', ' \n', 'x.c is empty', 'write a race'],
  ['C++', 'C x\n\nnamespace mm { }\n', 'x.c:3:1: this looks like C++', 'only C is read'],
  ['Rust', 'C x\n\nfn main() { }\n', 'x.c:3:1: this looks like Rust', 'only C is read'],
  [
    'a brace that is missing',
    'C x\n\n{ 1 page;\n\nP0() { }\n',
    'x.c:3:1: this brace is not closed',
    'missing }',
  ],
  ['nothing that runs', 'C x\n\nforbids DIRTY\n', 'x.c:1:1: there is no agent', 'P0'],
];

describe('a file that is no race in C', () => {
  it.each(BAD)('%s', async (_what, text, message, hint) => {
    const cwd = directory({ 'x.c': text });
    for (const argv of [
      ['check', 'x.c'],
      ['explain', 'x.c'],
    ]) {
      const { code, out, err } = await run(argv, { cwd });
      expect([code, out]).toEqual([2, '']);
      expect(err.split('\n')[0]).toMatch(/^error RACEWALK_C(_RACE)?: /);
      expect(err).toContain(message);
      expect(err).toContain('hint: ');
      expect(err).toContain(hint);
    }
  });

  it('one that is not there', async () => {
    const { code, err } = await run(['explain', 'gone.c'], { cwd: directory() });
    expect([code, err]).toEqual([2, expect.stringContaining('error RACEWALK_FILE: cannot read gone.c')]);
  });
});
