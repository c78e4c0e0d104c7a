/** `racewalk check --patch`: a mail, the races that run what it changes, and two columns. */
import { describe, expect, it } from 'vitest';
import { DIFF, directory, treeWith, WHOLE } from './kernel-tree.js';
import { run } from './run.js';

const RACE = ['--test', 'contpte/teardown-vs-walker'];

const check = async (cwd: string, ...argv: string[]) => await run(['check', ...argv], { cwd });

interface Cell {
  readonly test: string;
  readonly arch: string;
  readonly before: { readonly verdict: string };
  readonly after: { readonly verdict: string; readonly invariant?: string };
}

interface Report {
  readonly touched: readonly { readonly name: string }[];
  readonly functions: Readonly<Record<string, { readonly replaced: readonly string[] }>>;
  readonly partial: readonly { readonly name: string }[];
  readonly notes: readonly string[];
  readonly cells: readonly Cell[];
}

const outcomes = ({ cells }: Report): string[] =>
  cells.map(({ arch, before, after }) =>
    `${arch} ${before.verdict} -> ${after.verdict} ${after.invariant ?? ''}`.trim(),
  );

describe('a patch of the kernel', () => {
  it('with its tree: the callers of what it changes run before and after', async () => {
    const cwd = treeWith({ 'fix.mail': `> On Monday somebody wrote:\n\n${DIFF}` });
    const { code, out, err } = await check(
      cwd,
      '--patch',
      'fix.mail',
      '--tree',
      'tree',
      ...RACE,
      '--reporter',
      'json',
    );
    expect(err).toBe('');
    const report = JSON.parse(out) as Report;
    expect(report.touched.map(({ name }) => name)).toEqual(['taken']);
    // The generic body stands behind #ifndef of a name that the architecture defines.
    expect(report.functions['x86-64']?.replaced).toEqual(['ptep_get_and_clear', 'ptep_set_wrprotect']);
    expect(outcomes(report)).toEqual([
      'x86-64 holds -> violates DIRTY',
      'x86-pae holds -> violates DIRTY',
      'soft-dirty-x86-64 holds -> violates DIRTY',
    ]);
    expect(code).toBe(1);
  });

  it('shows the line of the mail, first and last what changed', async () => {
    const cwd = treeWith({ 'fix.mail': `Hello,\n\n${DIFF}` });
    const { out } = await check(cwd, '--patch', 'fix.mail', '--tree', 'tree', ...RACE, '--arch', 'x86-64');
    const lines = out.trimEnd().split('\n');
    expect(lines[1]).toBe('1 cell broken by the patch · 0 cells with the same verdict');
    expect(lines.at(-1)).toBe(lines[1]);
    expect(lines[4]).toMatch(/^contpte\/teardown-vs-walker {2}x86-64 +✓ \d+ +✗ DIRTY$/);
    expect(out).toMatch(/fix\.mail:15\s+\+\s*WRITE_ONCE\(\*ptep, __pte\(0\)\);/);
    for (const line of out.split('\n').filter((text) => !text.includes('rw1:')))
      expect(line.length).toBeLessThanOrEqual(120);
  });

  it('without a tree: what is whole in it runs, and the old text, too', async () => {
    const cwd = directory({ 'fix.patch': WHOLE });
    const { code, out } = await check(
      cwd,
      '--patch',
      'fix.patch',
      ...RACE,
      '--arch',
      'x86-64',
      '--reporter',
      'json',
    );
    expect(outcomes(JSON.parse(out) as Report)).toEqual(['x86-64 holds -> violates DIRTY']);
    expect(code).toBe(1);
  });

  it('that mends: the same the other way round', async () => {
    const back = WHOLE.replace(/^([-+])(?=\t)/gm, (c) => (c === '-' ? '+' : '-'))
      .replace('+\n\tW', '')
      .replace(/^\+$/m, '-')
      .replace('@@ -11,7 +11,9 @@', '@@ -11,9 +11,7 @@');
    const cwd = directory({ 'fix.patch': back });
    const { code, out } = await check(cwd, '--patch', 'fix.patch', ...RACE, '--arch', 'x86-64');
    expect(out.split('\n')[1]).toBe('1 cell mended · 0 cells with the same verdict');
    expect(code).toBe(0);
  });

  it('without a tree says what it would need', async () => {
    const part = DIFF.replace(
      '@@ -1,9 +1,12 @@',
      '@@ -5,5 +5,8 @@ static inline pte_t taken(pte_t *ptep)',
    ).replace(/ \/\* what[\s\S]*? \{\n/, ' {\n');
    const cwd = directory({ 'fix.patch': part });
    const { code, out } = await check(cwd, '--patch', 'fix.patch', ...RACE, '--arch', 'x86-64');
    expect(out).toContain(
      'no function is whole in the patch: nothing was decided; give the tree, --tree DIR',
    );
    expect(code).toBe(3);
    expect(out.replace(/\s+/g, ' ')).toMatch(
      /not whole taken\(\) of arch\/x86\/include\/asm\/pgtable\.h: .*--tree DIR.*format-patch -W/,
    );
  });
});

describe('a hunk that names no function', () => {
  it('whose function is refused with whoever calls it is not said to hold', async () => {
    const refused = DIFF.replace('+\treturn pte;', '+\treturn unheard_of(pte);');
    const cwd = treeWith({ 'fix.mail': `Hello,\n\n${refused}` });
    const { code, out } = await check(
      cwd,
      '--patch',
      'fix.mail',
      '--tree',
      'tree',
      ...RACE,
      '--arch',
      'x86-64',
    );
    expect(out).toMatch(/^NOT RUN: taken/m);
    expect(out.replace(/\s+/g, ' ')).toMatch(
      /NOT RUN taken: what calls it is refused \(ptep_get_and_clear\)/,
    );
    expect(code).toBe(3);
  });

  it('is said to be a part of one', async () => {
    const part = DIFF.replace('@@ -1,9 +1,12 @@', '@@ -6,4 +6,7 @@').replace(
      / \/\* what[\s\S]*? \{\n/,
      ' {\n',
    );
    const { code, out } = await check(directory({ 'fix.patch': part }), '--patch', 'fix.patch', ...RACE);
    expect(out.replace(/\s+/g, ' ')).toMatch(
      /not whole a function of arch\/x86\/include\/asm\/pgtable\.h: the patch has @@ -6/,
    );
    expect(code).toBe(3);
  });
});

describe('bad input', () => {
  const BAD: readonly (readonly [string, string[], string, RegExp])[] = [
    ['no such tree', ['--patch', 'a.patch', '--tree', 'nowhere'], 'RACEWALK_C_TREE', /no such directory/],
    ['a file for a tree', ['--patch', 'a.patch', '--tree', 'a.patch'], 'RACEWALK_C_TREE', /no directory/],
    [
      'a directory that is no tree',
      ['--patch', 'a.patch', '--tree', '.'],
      'RACEWALK_C_TREE',
      /no kernel tree: it has no mm\/memory\.c/,
    ],
    [
      'a file that the tree does not have',
      ['--patch', 'b.patch', '--tree', 'tree'],
      'RACEWALK_C_TREE',
      /b\.patch:1:1: the tree has no mm\/gone\.c/,
    ],
    [
      'a hunk that does not fit',
      ['--patch', 'c.patch', '--tree', 'tree'],
      'RACEWALK_C_APPLY',
      /c\.patch:10:1: .*does not fit/,
    ],
    ['an empty patch', ['--patch', 'd.patch'], 'RACEWALK_C_PATCH', /d\.patch is empty/],
    ['a letter', ['--patch', 'e.patch'], 'RACEWALK_C_PATCH', /no patch in it/],
    ['no such file', ['--patch', 'f.patch'], 'RACEWALK_FILE', /no such file/],
    ['a file and a patch', ['x.c', '--patch', 'a.patch'], 'RACEWALK_USAGE', /not both/],
    ['neither', [], 'RACEWALK_USAGE', /missing/],
    ['another architecture', ['--patch', 'g.patch'], 'RACEWALK_C_PATCH', /no plug-in here runs that/],
    [
      'a reporter that it has not',
      ['--patch', 'a.patch', '--reporter', 'junit'],
      'RACEWALK_USAGE',
      /pretty or json|junit/,
    ],
    ['an unknown test', ['--patch', 'a.patch', '--test', 'no/such'], 'RACEWALK_UNKNOWN_TEST', /no\/such/],
  ];

  it.each(BAD)('%s is one message, and exit code 2', async (_what, argv, code, message) => {
    const gone = DIFF.replaceAll('arch/x86/include/asm/pgtable.h', 'mm/gone.c');
    const cwd = treeWith({
      'a.patch': WHOLE,
      'b.patch': gone,
      'c.patch': DIFF.replace('xchg(', 'swap('),
      'd.patch': '\n',
      'e.patch': 'Dear all,\n',
      'g.patch': WHOLE.replaceAll('arch/x86', 'arch/sparc'),
    });
    const { code: exit, err, out } = await check(cwd, ...argv);
    expect(err).toMatch(new RegExp(`^error ${code}: `));
    expect(err).toMatch(message);
    expect(err.trimEnd().split('\n').length).toBeLessThanOrEqual(2);
    expect(out).toBe('');
    expect(exit).toBe(2);
  });
});
