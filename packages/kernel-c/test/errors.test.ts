/** Bad input: one message with file, line and column, and a way out. */
import { RacewalkError } from '@racewalk/core';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadC, readRace } from '../src/index.js';

beforeAll(() => loadC());

const race = (body: string, rest = 'forbids DIRTY', initial = '{ 1 page, rw; }'): string =>
  `C x\n\n${initial}\n\nP0(struct mm_struct *mm, unsigned long addr, pte_t *ptep)\n{\n${body}\n}\n\n${rest}\n`;

function complaint(text: string): RacewalkError {
  try {
    readRace(text, 'x.c');
  } catch (error) {
    if (error instanceof RacewalkError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

const BAD: readonly (readonly [name: string, text: string, code: string, message: RegExp, way: RegExp])[] = [
  [
    'an unknown function',
    race('\tptep_get_and_cleer(mm, addr, ptep);'),
    'RACEWALK_C',
    /^x\.c:7:2: nothing is called ptep_get_and_cleer\(\)/,
    /did you mean ptep_get_and_clear\?.*stub/,
  ],
  [
    'an unknown name',
    race('\tint x = PAGE_SIZ;'),
    'RACEWALK_C',
    /^x\.c:7:10: nothing is called PAGE_SIZ/,
    /PAGE_SIZE/,
  ],
  [
    'a missing brace',
    race('\tif (addr) {'),
    'RACEWALK_C',
    /^x\.c:\d+:\d+: (expected '\}'|this brace is not closed|cannot read)/,
    /brace|\}|correct/,
  ],
  [
    'a missing semicolon',
    race('\tpte_t pte = ptep_get(ptep)\n\tpte_clear(mm, addr, ptep);'),
    'RACEWALK_C',
    /^x\.c:\d+:\d+: (expected ';'|cannot read)/,
    /add it|correct/,
  ],
  [
    'too few arguments',
    race('\tpte_clear(mm, ptep);'),
    'RACEWALK_C',
    /^x\.c:7:2: pte_clear\(mm, addr, ptep\) takes 3 arguments, not 2/,
    /as many/,
  ],
  [
    'an entry for a pointer',
    race('\tpte_clear(mm, addr, ptep_get(ptep));'),
    'RACEWALK_C',
    /^x\.c:7:22: pte_clear\(\) wants ptep here/,
    /correct/,
  ],
  ['a wrong struct', race('\tpte_clear(ptep, addr, ptep);'), 'RACEWALK_C', /^x\.c:7:\d+:/, /correct/],
  [
    'a member that is not there',
    race('\tlong x = mm->pgtable_bytes_x;'),
    'RACEWALK_C',
    /^x\.c:7:11: struct mm_struct has no member 'pgtable_bytes_x'/,
    /stub|--tree/,
  ],
  ['assembly', race('\tasm volatile("dsb ish");'), 'RACEWALK_C', /^x\.c:7:2: assembly/, /stub NAME/],
  [
    'C++',
    'C x\n\nclass A { public: int x; };\n\nP0(int *a) { }\n\nexists (a=1)\n',
    'RACEWALK_C',
    /^x\.c:3:/,
    /only C is read/,
  ],
  ['floating point', race('\tint x = 1.5;'), 'RACEWALK_C', /^x\.c:7:10: 1\.5 is no integer/, /floating/],
  [
    'the size of a struct',
    race('\tint x = sizeof(struct page);'),
    'RACEWALK_C',
    /^x\.c:7:10: sizeof/,
    /number/,
  ],
  [
    'two functions of one name',
    race('\tf();', 'int f(void) { return 1; }\nint f(void) { return 2; }\n\nforbids DIRTY'),
    'RACEWALK_C',
    /^x\.c:11:1: a second function f/,
    /leave one/,
  ],
  [
    'no agent',
    'C x\n\n{ 1 page; }\n\nint f(void) { return 1; }\n\nforbids DIRTY\n',
    'RACEWALK_C_RACE',
    /^x\.c:1:1: there is no agent/,
    /P0/,
  ],
  ['no question', race('\t;', ''), 'RACEWALK_C_RACE', /^x\.c:1:1: nothing is asked/, /forbids/],
  [
    'an unknown invariant',
    race('\t;', 'forbids DIRTZ'),
    'RACEWALK_C_RACE',
    /^x\.c:10:1: no invariant is called DIRTZ/,
    /DIRTY/,
  ],
  [
    'an unknown fact',
    race('\t;', 'forbids DIRTY', '{ 1 page, foldet; }'),
    'RACEWALK_C_RACE',
    /^x\.c:3:1: 'foldet'/,
    /folded/,
  ],
  ['too many pages', race('\t;', 'forbids DIRTY', '{ 9999 pages; }'), 'RACEWALK_C_RACE', /9999 pages/, /512/],
  [
    'a local that is not there',
    race('\tint r0 = 0;', 'exists (0:r1=0)'),
    'RACEWALK_C_RACE',
    /^x\.c:10:1: P0 has no local 'r1'/,
    /local/,
  ],
  [
    'an agent that is not there',
    race('\t;', 'exists (3:r1=0)'),
    'RACEWALK_C_RACE',
    /P3 has no local/,
    /local/,
  ],
  [
    'a condition that is none',
    race('\tint r0 = 0;', 'exists (0:r0=)'),
    'RACEWALK_C_RACE',
    /^x\.c:10:1: this condition cannot be read/,
    /0:r0=1/,
  ],
  ['a filter', race('\t;', 'filter (a=1)\nexists (a=1)'), 'RACEWALK_C_RACE', /filter is not read/, /claim/],
  [
    'a variant that says nonsense',
    race('\t;', 'forbids DIRTY\n\nvariant a brakes DIRTY {\n-\t;\n}'),
    'RACEWALK_C_RACE',
    /variant a: 'brakes DIRTY'/,
    /breaks CODE/,
  ],
  [
    'a variant that does not fit',
    race('\t;', 'forbids DIRTY\n\nvariant a breaks DIRTY {\n-\tfoo();\n}'),
    'RACEWALK_C_RACE',
    /^x\.c:13:1: the race has no line 'foo\(\);'/,
    /copy/,
  ],
  [
    'a variant that fits twice',
    race('\t;\n\t;', 'forbids DIRTY\n\nvariant a breaks DIRTY {\n-\t;\n}'),
    'RACEWALK_C_RACE',
    /stands at 2 places/,
    /add lines/,
  ],
  [
    'a variant that only adds',
    race('\t;', 'forbids DIRTY\n\nvariant a breaks DIRTY {\n+\tfoo();\n}'),
    'RACEWALK_C_RACE',
    /nothing says where/,
    /line of the race/,
  ],
  [
    'an unknown capability',
    race('\t;', 'forbids DIRTY\n\nvariant a breaks DIRTY if hwDirt {\n-\t;\n}'),
    'RACEWALK_C_RACE',
    /no capability is called hwDirt/,
    /hwDirty/,
  ],
  [
    'two variants of one name',
    race('\t;', 'forbids DIRTY\n\nvariant a breaks DIRTY {\n-\t;\n+\t;\n}\nvariant a holds {\n-\t;\n+\t;\n}'),
    'RACEWALK_C_RACE',
    /a second variant a/,
    /rename/,
  ],
  ['an assignment to a value', race('\taddr + 1 = 2;'), 'RACEWALK_C', /^x\.c:7:\d+:/, /assign|correct|add/],
  [
    'a pointer made of a number of bits',
    race('\tpte_t *p = ptep | 1;'),
    'RACEWALK_C',
    /^x\.c:7:13: '\|' on pte_t \*/,
    /counted|compared/,
  ],
];

describe('bad input', () => {
  it('has thirty kinds', () => expect(BAD).toHaveLength(30));

  it.each(BAD)('%s', (_name, text, code, message, way) => {
    const error = complaint(text);
    expect(error.message).toMatch(message);
    expect(error.code).toBe(code);
    expect(error.advice).toMatch(way);
  });
});
