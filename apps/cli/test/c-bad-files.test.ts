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

/** A race that clears an entry by this text, and what it asks. */
const race = (body: string, rest = 'forbids DIRTY', initial = '{ 1 page; }', given = ''): string =>
  `C x\n\n${initial}\n\nP0(struct mm_struct *mm, unsigned long addr, pte_t *ptep${given})\n{\n${body}\n}\n\nP1(char __user *p)\n{\n\t*p = 1;\n}\n\n${rest}\n`;

/** Mistakes that were made by hand. */
const BODIES: readonly (readonly [what: string, text: string, message: RegExp])[] = [
  [
    'a value of what returns none',
    race('\tint x = pte_clear(mm, addr, ptep);'),
    /x\.c:7:10: pte_clear\(\) returns nothing/,
  ],
  ['a union', race('\tunion { int a; long b; } u;\n\tu.a = 1;'), /x\.c:8:2: a union/],
  [
    'a bit-field of a width that is no number',
    race('\tf.a = 1;', 'struct f { int a : N; };\n\nforbids DIRTY', '{ 1 page; struct f f; }'),
    /x\.c:7:2: the bits of 'a' cannot be counted/,
  ],
  [
    'two members of a union that agents share',
    race(
      '\tWRITE_ONCE(s->val, s->lo);',
      'struct slot { union { long val; int lo; }; };\n\nforbids DIRTY',
      '{ 1 page; struct slot s; }',
      ', struct slot *s',
    ),
    /x\.c:3:1: struct slot: 'val' and 'lo' are one place/,
  ],
  [
    'a work item',
    race('\tschedule_work(&work);'),
    /x\.c:7:2: schedule_work\(\): work items are run by nobody here[\s\S]*write the work as an agent/,
  ],
  [
    'a function for other CPUs',
    race('\ton_each_cpu(f, NULL, 1);'),
    /x\.c:7:2: on_each_cpu\(\): no function is run on another CPU[\s\S]*tlb_remove_table_sync_one/,
  ],
  [
    'a loop that nobody knows',
    race('\tfor_each_thing(a, b) { a++; }'),
    /x\.c:7:2: for_each_thing: this for-each macro is not known[\s\S]*#define for_each_thing/,
  ],
  [
    'recursion without end',
    race('\tf();', 'int f(void) { return f(); }\n\nforbids DIRTY'),
    /x\.c:15:1: f\(\) calls itself/,
  ],
  ['a label that is not there', race('\tgoto out;'), /x\.c:7:2: no label is called out/],
  ['a break outside of a loop', race('\tbreak;'), /x\.c:7:2: break outside of a loop/],
  ['two locals of one name', race('\tint a = 1;\n\tint a = 2;'), /x\.c:8:6: a second a/],
  ['NULL for a page', race('\tstruct page *p = NULL;\n\tset_page_dirty(p);'), /x\.c:8:2: NULL is handed in/],
  [
    'a lock that is a local',
    race('\tspinlock_t l;\n\tspin_lock(&l);'),
    /x\.c:8:2: this is no lock of the race/,
  ],
  [
    'a parameter of an unknown struct',
    race('\t;', 'forbids DIRTY', '{ 1 page; }', ', struct foo *foo'),
    /x\.c:5:\d+: nothing is known of the parameter 'foo'/,
  ],
  [
    'a page that the race does not have',
    race('\t;', 'forbids DIRTY', '{ 1 page; }', ', struct page *page3'),
    /'page3' is number 3, and the race has 1 page/,
  ],
  ['a condition on nothing', race('\t;', 'exists (nosuch=1)'), /x\.c:15:1: nothing is called nosuch/],
  ['a claim without an invariant', race('\t;', 'forbids'), /x\.c:15:1: forbids says nothing/],
  [
    'a claim that is misspelt',
    race('\t;', 'forbid DIRTY'),
    /x\.c:15:1: 'forbid' is no claim[\s\S]*did you mean forbids\?/,
  ],
  [
    'a variant without a name',
    race('\t;', 'forbids DIRTY\n\nvariant {\n-\t;\n}'),
    /x\.c:17:1: a variant without a name/,
  ],
  [
    'a stub without a body',
    race('\tfoo();', 'stub foo;\n\nforbids DIRTY'),
    /x\.c:15:1: 'stub foo;' has no body/,
  ],
  [
    'two blocks of a state',
    race('\t;', '{ 2 pages; }\n\nforbids DIRTY'),
    /a block that belongs to no function/,
  ],
  ['a patch', 'diff --git a/x b/x\n--- a/x\n+++ b/x\n', /x\.c:1:1: this looks like a patch/],
  ['a page of the web', '<!DOCTYPE html>\n<html>\n', /x\.c:1:1: this looks like HTML/],
  ['Python', 'def f():\n\treturn 1\n', /x\.c:1:1: this looks like Python/],
  [
    'marks of a merge',
    race('\t;').replace('{ 1 page; }', '<<<<<<< HEAD\n{ 1 page; }\n=======\n>>>>>>> b'),
    /x\.c:3:1: this looks like a merge/,
  ],
  [
    'an index behind an array',
    race('\tint a[2];\n\ta[5] = 1;'),
    /x\.c:8:2: index 5 is outside of an array of 2/,
  ],
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

  it.each(BODIES)('%s', async (_what, text, message) => {
    const cwd = directory({ 'x.c': text });
    const { code, out, err } = await run(['check', 'x.c'], { cwd });
    expect(err).toMatch(message);
    // What is wrong, what to do, and the lines of the place, if the file is long enough to have some before and behind.
    const [, , ...frame] = err.trimEnd().split('\n');
    const line = Number(/x\.c:(\d+):/.exec(err)?.[1] ?? 0);
    expect(frame.filter((one) => one.startsWith('>'))).toEqual(
      line === 0 ? [] : [expect.stringMatching(new RegExp(`^> +${line} \\| `))],
    );
    expect(err).toContain('hint: ');
    expect([code, out]).toEqual([2, '']);
  });

  it('is no such file where the word that cannot be read is left out', async () => {
    const odd = race('\tODD(ptep) pte_clear(mm, addr, ptep);');
    const cwd = directory({ 'x.c': odd });
    expect((await run(['check', 'x.c'], { cwd })).code).toBe(2);
    const { code, err } = await run(['check', 'x.c', '--define', 'ODD=', '--arch', 'x86-64'], { cwd });
    expect([code, err]).toEqual([1, '']);
    const bad = await run(['check', 'x.c', '--define', '3=4'], { cwd });
    expect([bad.code, bad.err]).toEqual([2, expect.stringMatching(/'3=4' defines nothing/)]);
  });

  it('one that is not there', async () => {
    const { code, err } = await run(['explain', 'gone.c'], { cwd: directory() });
    expect([code, err]).toEqual([2, expect.stringContaining('error RACEWALK_FILE: cannot read gone.c')]);
  });
});
