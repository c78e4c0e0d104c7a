import { describe, expect, it } from 'vitest';
import { formatViolation } from '../boundaries/check.mjs';
import { kernelNamesIn } from '../boundaries/doubles.mjs';
import { inspect } from './toy-house.js';

const said = (changes: Record<string, string>) => inspect(changes).map(formatViolation);

describe('names that comments quote', () => {
  const file = 'packages/mm/src/a.ts';
  const quoting = (comment: string, code = 'export const a = 1;') =>
    said({ [file]: `${comment}\n${code}\n` });
  const gone = (name: string, line = 1) =>
    `${file}:${line}  ${name}  [quote] a comment quotes a name that no code spells; mend it, or allow it in tools/boundaries/quotes.mjs`;

  it.each([
    ['/** See `noSuchThing`. */', 'noSuchThing'],
    ['// `NoSuchType` is gone', 'NoSuchType'],
    ['// records as in `R_EARLIER`', 'R_EARLIER'],
    ['/** {@link NoSuchType} knows. */', 'NoSuchType'],
    ['/** `a.nothere` */', 'nothere'],
    ['/** `gone(a)` */', 'gone'],
    ['/** `yield* noSuchThing(…)` */', 'noSuchThing'],
  ])('must exist: %s', (comment, name) => {
    expect(quoting(comment)).toEqual([gone(name)]);
  });

  it('are read over the end of a line, and in every comment', () => {
    const code = "export const a = 'b'; // `noSuchThing`\n/**\n * Text with `a,\n * noSuchOther`.\n */";
    expect(quoting('// first', code)).toEqual([gone('noSuchThing', 2), gone('noSuchOther', 4)]);
  });

  it.each([
    ['an identifier of any package', '/** `someName`, `SomeType.member`, `someName()` */'],
    ['a name of the kernel', '/** `wp_page_reuse`, `ptepGetAndClearFull`, `struct mm_struct` */'],
    ['a tag', '/** @kernel shiny_new_helper */\n// `shinyNewHelper`'],
    ['a placeholder', '/** `variant:NAME`, `0x40 rw clean` */'],
    ['a block of code', '/**\n * ```\n * noSuchThing(`a`);\n * ```\n */'],
    ['an allowed name', '/** `PROT_READ`, `RACEWALK_UNKNOWN_TEST` */'],
    ['a file', '/** `other.ts`, `src/other.js`, `packages/trace/src/other.ts`, `mm/gup.c` */'],
  ])('may be %s', (_, comment) => {
    const other = 'export const someName = 1;\nexport interface SomeType {\n  member: 1;\n}\n';
    const found = said({ 'packages/trace/src/other.ts': other, [file]: `${comment}\nexport const a = 1;\n` });
    expect(found).toEqual([]);
  });

  it.each([
    ['SomeType.member', 0],
    ['SomeType.other', 1],
    ['SomeType.other()', 1],
    ['Longer.other', 0],
    ['SIZES.small', 0],
    ['SIZES.other', 1],
    ['OPEN.other', 0],
  ])('may be a member only of what has it: %s', (name, count) => {
    const code = [
      'export interface SomeType { member: 1 }',
      'export interface Longer extends SomeType { own: 1 }',
      'export const SIZES = { small: 1 } as const;',
      'export const OPEN = { ...SIZES };',
      'export const other = 1;',
    ].join('\n');
    const line = `${file}:1  ${name}  [quote] a comment quotes a member that its owner does not have`;
    expect(quoting(`/** {@link ${name}}, and \`other\` */`, code)).toEqual(count === 0 ? [] : [line]);
  });

  it('may not be a file that is gone', () => {
    expect(quoting('/** See `world/gone.ts`. */')).toEqual([
      `${file}:1  world/gone.ts  [quote] a comment names a file that does not exist`,
    ]);
  });

  it('are no names in strings and tests', () => {
    expect(quoting('export const b = "// `noSuchThing`", c = `/* {@link Gone} */`;')).toEqual([]);
    expect(said({ 'packages/mm/test/a.test.ts': '// `noSuchThing`\n' })).toEqual([]);
  });
});

describe('kernel functions', () => {
  const first = 'packages/mm/src/a.ts';
  const second = 'packages/kernel-c/src/b.ts';
  const tagged = (name: string, code: string) => `/** Does it. @kernel ${name} */\n${code}\n`;

  it('are written once', () => {
    const found = said({
      [first]: tagged('zap_pte_range', 'export function* zapPteRange() {}'),
      [second]: `/**\n * Does it, too.\n * @kernel zap_pmd_range, zap_pte_range\n */\nexport const zap = () => 1;\n`,
    });
    expect(found).toEqual([
      `${second}:5  @kernel zap_pte_range: zap, and zapPteRange at ${first}:2  [double] a kernel function is written once; another text of it says which in parentheses`,
    ]);
  });

  it.each([
    ['a type', first, 'export interface Zap {}'],
    ['a constant', first, 'export const zap = 4;'],
    ['a field', first, 'export interface Z {\n  /** @kernel zap_pte_range */\n  zap(): void;\n}'],
    ['an override of a plug-in', 'packages/arch-a/src/a.ts', 'export function zap() {}'],
    ['an architecture among the toys', 'packages/toys/src/a.ts', 'export function zap() {}'],
  ])('do not include %s', (_, file, code) => {
    const names = { [second]: tagged('zap_pte_range', 'export function zap() {}') };
    expect(said({ ...names, [file]: tagged('zap_pte_range', code) })).toEqual([]);
  });

  it('stand in mm, unless the list says why not', () => {
    const agent = 'export const agent = { *run() {} };';
    const why =
      '[home] a function of the kernel stands in mm; what is not of mm, or was never merged, is in the list';
    for (const file of ['packages/feature-a/src/b.ts', 'packages/catalogue/src/races/b.ts']) {
      for (const code of ['export function* zap() {}', agent])
        expect(said({ [file]: tagged('zap_pte_range', code) })).toEqual([
          `${file}:2  @kernel zap_pte_range  ${why}`,
        ]);
      expect(said({ [file]: tagged('struct page', 'export interface Page {}') })).toEqual([]);
      expect(said({ [file]: tagged('zap_pte_range', 'export interface Zap {}') })).toEqual([]);
    }
    expect(said({ 'packages/feature-a/src/b.ts': tagged('fq_flush_iotlb', agent) })[0]).toMatch(
      /take it from the list$/,
    );
  });

  it('may be overridden by a class of core', () => {
    const method = '  /** @kernel ptep_get */\n  ptepGet() {}\n';
    const generic = `export class Generic {\n${method}}\n`;
    const other = `import { Generic } from './generic.js';\nexport class Other extends Generic {\n${method}}\n`;
    const files = { 'packages/core/src/ops/generic.ts': generic };
    expect(said({ ...files, 'packages/core/src/ops/other.ts': other })).toEqual([]);
    expect(said({ ...files, [first]: `export class Other {\n${method}}\n` })).toEqual([
      `${first}:3  @kernel ptep_get: ptepGet, and ptepGet at packages/core/src/ops/generic.ts:3  [double] a kernel function is written once; another text of it says which in parentheses`,
    ]);
  });

  it.each([
    ['foo', ['foo']],
    ['foo, __bar', ['foo', '__bar']],
    ['foo, with the range of the caller', ['foo']],
    ['foo (v8), bar (5.14, as posted)', ['foo (v8)', 'bar (5.14, as posted)']],
    ['vm_operations_struct.page_mkwrite', ['vm_operations_struct.page_mkwrite']],
    ['madvise(MADV_DONTNEED)', []],
    ['mm/gup.c', []],
  ])('are named in a tag: %s', (text, names) => {
    expect(kernelNamesIn(text)).toEqual(names);
  });
});

describe('code of a protocol', () => {
  it('has no option for mutants', () => {
    const text = [
      "/** What a walk does; the defaults are the kernel's, anything else is for mutants. */",
      'export interface GupOptions {',
      '  /** Look again. */',
      '  readonly again?: boolean;',
      '  /**',
      '   * Default true.',
      '   * A mutant says false.',
      '   */',
      '  readonly irqsOff?: boolean;',
      '}',
      '/** The mutants of this race. */',
      'export const mutants = {};',
    ].join('\n');
    const why = '[scaffolding] no option exists for mutants: a mutant is a patch of the function';
    const file = 'packages/feature-a/src/ops/a.ts';
    expect(said({ [file]: text, 'packages/machine/src/world/a.ts': text })).toEqual([
      `${file}:1  GupOptions  ${why}`,
      `${file}:7  irqsOff  ${why}`,
    ]);
  });

  it('has no option that carries the name of a mutant', () => {
    const race = "export const race = { mutants: { 'no-flush': {}, early: {} } };\n";
    const options = [
      'export interface Plan { noFlush?: boolean }',
      'export const zap = ({ early = false }, noFlush: boolean) => [early, noFlush];',
      'export function move(noFlush = true) { return noFlush; }',
    ].join('\n');
    const file = 'packages/feature-a/src/agents/a.ts';
    const why = '[scaffolding] no option carries the name of a mutant: a mutant is a patch of the function';
    const files = { [file]: options, 'packages/feature-a/src/races/r.ts': race };
    expect(said({ ...files, 'packages/feature-a/src/setup.ts': options })).toEqual([
      `${file}:1  noFlush  ${why}`,
      `${file}:2  early  ${why}`,
      `${file}:3  noFlush  ${why}`,
    ]);
    // Another package's mutant is another thing.
    expect(
      said({ 'packages/catalogue/src/a.ts': options, 'packages/feature-a/src/races/r.ts': race }),
    ).toEqual([]);
  });

  describe('has no switch that only a mutant turns', () => {
    const agents = 'packages/feature-a/src/agents/a.ts';
    const other = 'packages/feature-a/src/races/r.ts';
    const found = (made: string, race: string) =>
      said({ [agents]: `${made}\n`, [other]: `import { user } from '../agents/a.js';\n${race}\n` });
    const why = (usual: string) =>
      `[scaffolding] only a mutant passes something else than ${usual}: a mutant is a patch, or an agent of its own`;

    it.each([
      ['a literal', 'export const user = (late: boolean) => late;', 'false', 'true', 'late', 'false'],
      ['a word', "export const user = (how: 'a' | 'b') => how;", "'a'", "'b'", 'how', "'a'"],
      ['a default', 'export function user(late = false) { return late; }', '', 'true', 'late', 'undefined'],
      ['a body', 'export const user = (then?: () => void) => then;', '', '() => {}', 'then', 'undefined'],
    ])('%s', (_, made, usual, changed, name, said) => {
      const direct = `export const r = { a: user(${usual}), mutants: { m: { a: user(${changed}) } } };`;
      expect(found(made, direct)).toEqual([`${agents}:1  user(${name})  ${why(said)}`]);
      const apart = `const broken = user(${changed});\nconst m = { a: broken };\nexport const r = { a: user(${usual}), mutants: { m } };`;
      expect(found(made, apart)).toEqual([`${agents}:1  user(${name})  ${why(said)}`]);
    });

    it('a member', () => {
      const race =
        'export const r = { a: user({ n: 1 }), mutants: { m: { a: user({ n: 1, late: true }) } } };';
      const made = 'export const user = (plan: { n: number; late?: boolean }) => plan;';
      expect(found(made, race)).toEqual([`${agents}:1  user(plan.late)  ${why('undefined')}`]);
    });

    it.each([
      ['a control sets as well', 'a: user(false), holds: { h: user(true) }, mutants: { m: user(true) }'],
      ['depends on the place', 'a: (late: boolean) => user(late), mutants: { m: user(true) }'],
      ['is used by mutants only', 'mutants: { m: user(true), n: user(false) }'],
      ['is given the same', 'a: user(false), mutants: { m: user(false) }'],
    ])('but one that %s', (_, race) => {
      expect(found('export const user = (late: boolean) => late;', `export const r = { ${race} };`)).toEqual(
        [],
      );
    });

    it('but a function that another one takes the place of', () => {
      const race = 'const a = () => 1;\nexport const r = { a: user(a), mutants: { m: user(() => 2) } };';
      expect(found('export const user = (read: () => number) => read();', race)).toEqual([]);
    });
  });

  it('does not speak of mutants in mm', () => {
    const text = '/**\n * Replaced by a Mutant.\n */\nexport const permutants = 1; // mutants\n';
    const why = '[scaffolding] mm is Linux and knows no mutants: say what the function does';
    expect(said({ 'packages/mm/src/a.ts': text })).toEqual([
      `packages/mm/src/a.ts:2  Mutant  ${why}`,
      `packages/mm/src/a.ts:4  mutants  ${why}`,
    ]);
  });
});
