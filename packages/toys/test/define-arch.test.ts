/** What types cannot say, and what plain JavaScript is not told by types: `defineArch` refuses it, in words. */

import {
  type ArchSpec,
  AtomicPmdOps,
  bit,
  bits,
  defineArch,
  GenericHugePteOps,
  GenericPmdOps,
  GenericPteOps,
  PTE_OPS,
  PTE_ZERO,
  type PteLayout,
  pteOr,
  RacewalkError,
  singleBitWalker,
} from '@racewalk/core';
import { exchangeToy as toyArch, toyLayout, toyValues } from '@racewalk/toys';
import { describe, expect, it } from 'vitest';

/** As somebody without types would write it. */
type Loose = Record<string, unknown>;

const { pmd: _pmd, pud: _pud, huge: _huge, swap: _swap, has: _has, ...good } = toyArch();
const layout = (changes: Loose): Loose => ({ layout: { ...toyLayout, ...changes } });
const values = (changes: Loose): Loose => ({ values: { ...toyValues, ...changes } });
const ops = (methods: Loose): Loose => ({
  ops: (m: never) => Object.assign(new GenericPteOps(m), methods),
});

/** What `defineArch` says, as code, message and what was expected; null if it has no objection. */
function refusal(changes: Loose): string | null {
  try {
    defineArch({ ...good, ...changes } as unknown as ArchSpec);
    return null;
  } catch (error) {
    if (!(error instanceof RacewalkError)) throw error;
    return `${error.code} ${error.message} | ${error.expected}`;
  }
}

describe('a plug-in', () => {
  it('may override nothing, one operation, or all', () => {
    const { ops: _, ...none } = good;
    expect(() => defineArch(none)).not.toThrow();
    expect(refusal(ops({ *ptepGet() {} }))).toBe(null);
    const { prototype } = GenericPteOps;
    expect(refusal(ops(Object.fromEntries(PTE_OPS.map((name) => [name, prototype[name]]))))).toBe(null);
    expect(refusal({ ops: (m: never) => new (class extends GenericPteOps {})(m) })).toBe(null);
  });

  it('may be completed twice', () => {
    expect(defineArch(toyArch()).id).toBe(good.id);
  });
});

it.each<[what: string, changes: Loose, refusal: string]>([
  ['no id', { id: undefined }, 'RACEWALK_BAD_PLUGIN plug-in without an id: id is missing | id: a string'],
  [
    'an id that is a title',
    { id: 'My Arch' },
    'RACEWALK_BAD_PLUGIN plug-in My Arch: bad id | lower-case letters and digits, with hyphens between them',
  ],
  [
    'no walker',
    { walker: undefined },
    'RACEWALK_BAD_PLUGIN plug-in toy: walker is missing | walker: an object',
  ],
  [
    'half a walker',
    { walker: { walk: () => null } },
    'RACEWALK_BAD_PLUGIN plug-in toy: walker lacks walk or permits | { walk, permits }, for instance from singleBitWalker()',
  ],
  ['a misspelt field', { ommits: [] }, 'RACEWALK_BAD_PLUGIN plug-in toy: unknown field ommits | omits'],
  [
    'omits as text',
    { omits: 'nothing' },
    'RACEWALK_BAD_PLUGIN plug-in toy: omits is not a list of strings | omits: a list of strings',
  ],
  [
    'operations that are no function',
    { ops: {} },
    'RACEWALK_BAD_PLUGIN plug-in toy: ops is not a function | ops: a function',
  ],
  [
    'a misspelt capability',
    { capabilities: ['hwDirt', 'ipiFlush'] },
    'RACEWALK_BAD_PLUGIN plug-in toy: unknown capability hwDirt | hwDirty',
  ],
  [
    'a memory order that is not modelled',
    { memory: 'pso' },
    'RACEWALK_BAD_PLUGIN plug-in toy: unknown memory order pso | sc or tso or weak',
  ],
  [
    'a helper that is missing',
    values({ pteModify: undefined }),
    'RACEWALK_BAD_PLUGIN plug-in toy: values lacks pteModify | functions pteModify',
  ],
  [
    'helpers of the layout that are missing',
    { values: { mkProt() {}, protNone() {}, pteModify() {} } },
    'layoutValues(layout), mkProt, protNone, pteModify }',
  ],
  [
    'a misspelt helper, which would replace nothing',
    values({ pteMkClean: () => null }),
    'RACEWALK_BAD_PLUGIN plug-in toy: unknown helper values.pteMkClean | pteMkclean',
  ],
  [
    "a helper under the kernel's name",
    values({ pte_mkdirty: () => null }),
    'RACEWALK_BAD_PLUGIN plug-in toy: unknown helper values.pte_mkdirty | pteMkdirty',
  ],
])('%s', (_what, changes, message) => {
  expect(refusal(changes)).toContain(message);
});

const field = (name: string, lo: number, hi: number) => ({ name, lo, hi, means: name, source: 'test' });

it.each<[what: string, changes: Loose, refusal: string]>([
  [
    'a bit that was forgotten',
    layout({ young: undefined }),
    'layout.young is missing | young: a word, made with bit(n) or bits(lo, hi)',
  ],
  ['a bit that is none', layout({ dirty: PTE_ZERO }), 'layout.dirty has no bit | dirty: at least one bit'],
  ['a number for a word', layout({ dirty: 8 }), 'layout.dirty is not a word | dirty: a word, made with'],
  ['a copy of a word', layout({ dirty: { ...bit(3) } }), 'layout.dirty is not a word | dirty: a word'],
  ['a bit used twice', layout({ young: bit(3) }), 'dirty and young share bit 3 | bits of their own'],
  ['a flag in the frame number', layout({ special: bits(13, 14) }), 'special and pfn share bit 13, 14 | '],
  [
    'a range upside down',
    layout({ pfn: [47, 12] }),
    'layout.pfn is no range of bits | pfn: [lowest, highest]',
  ],
  ['a range beyond the entry', layout({ pfn: [12, 64] }), 'layout.pfn is no range of bits | '],
  [
    'a swap entry that would count as present',
    layout({ swap: { ...toyLayout.swap, type: [0, 3] } }),
    'valid and swap.type share bit 0 | ',
  ],
  [
    'a swap entry whose parts overlap',
    layout({ swap: { ...toyLayout.swap, exclusive: bit(12) } }),
    'swap.offset and swap.exclusive share bit 12 | ',
  ],
  [
    'no swap entries',
    layout({ swap: undefined }),
    'layout.swap is missing | swap: { type, offset, exclusive }',
  ],
  [
    'fields that overlap',
    layout({ fields: [...toyLayout.fields, field('W2', 1, 2)] }),
    'field W and field W2 share bit 1 | ',
  ],
  [
    'a bit that no field describes',
    layout({ fields: toyLayout.fields.filter(({ name }) => name !== 'D') }),
    'dirty uses bit 3, which no field describes | an entry in layout.fields',
  ],
  [
    'a misspelt field of the layout',
    layout({ softdirty: bit(10) }),
    'unknown field layout.softdirty | softDirty',
  ],
  [
    'a misspelt field one level up',
    layout({ upper: { leafany: bit(7) } }),
    'unknown field layout.upper.leafany | leafAny',
  ],
  [
    'a capability whose bit was forgotten',
    { capabilities: [...good.capabilities, 'softDirty'] },
    'claims softDirty, but pteMksoftDirty changes nothing | layout.softDirty and layout.swap.softDirty',
  ],
  [
    'the same for blocks',
    values({ pteMkcont: (pte: unknown) => pte }),
    'claims contPte, but pteMkcont changes nothing | helpers pteCont, pteMkcont and pteMknoncont in values',
  ],
  [
    'a mark that swap entries cannot keep',
    {
      capabilities: [...good.capabilities, 'uffdWp'],
      ...layout({ uffdWp: bit(9), fields: [...toyLayout.fields, field('UFFD', 9, 9)] }),
      ...values({ pteMkuffdWp: () => bit(9) }),
    },
    'claims uffdWp, but swap entries have no bit for it | layout.swap.uffdWp',
  ],
  ['a block of one', { cont: { ptes: 1, mayDiffer: bit(2) } }, 'cont.ptes is 1 | ptes: how many entries'],
  ['a block without rules', { cont: { ptes: 4 } }, 'cont.mayDiffer is missing | cont.mayDiffer: a word'],
])('%s: RACEWALK_BAD_LAYOUT', (_what, changes, message) => {
  expect(refusal(changes)).toContain(`RACEWALK_BAD_LAYOUT plug-in toy: ${message}`);
});

const mistyped = ops({ *ptepGetAndClaer() {} });

it.each<[what: string, changes: Loose, refusal: string]>([
  ['a misspelt operation', mistyped, 'unknown operation ptepGetAndClaer | ptepGetAndClear'],
  [
    "an operation under the kernel's name",
    ops({ *ptep_get_and_clear() {} }),
    'unknown operation ptep_get_and_clear | ptepGetAndClear',
  ],
  [
    'a plain function',
    ops({ ptepGet: (_ptep: unknown) => null }),
    'ptepGet is a plain function | *ptepGet(…) { … }, a generator function',
  ],
  ['an async function', ops({ async ptepGet() {} }), 'ptepGet is an async function | *ptepGet(…)'],
  ['an async generator', ops({ async *ptepGet() {} }), 'ptepGet is an async generator | *ptepGet(…)'],
  ['a value', ops({ ptepGet: 1 }), 'ptepGet is no function | *ptepGet(…)'],
  [
    'parameters that were left out in front',
    ops({ *ptepGetAndClear(_ptep: unknown) {} }),
    'ptepGetAndClear(ptep) does not take what it is given | ptepGetAndClear(mm, addr, ptep)',
  ],
  [
    'one parameter too many',
    ops({ *ptepGet(_ptep: unknown, _more: unknown) {} }),
    'ptepGet(ptep, more) does not take what it is given | ptepGet(ptep)',
  ],
  [
    'operations without a class',
    { ops: () => ({ *ptepGet() {} }) },
    'ops does not make operations | (m) => new MyPteOps(m), where MyPteOps extends GenericPteOps',
  ],
  [
    'a mutant of nothing',
    { mutants: [{ name: 'late', patch: { *ptepGetAndCleer() {} } }] },
    'the mutant late replaces ptepGetAndCleer, which is not there | ptepGetAndClear',
  ],
  [
    'a mutant of nothing, where all bodies are generic',
    { ops: undefined, mutants: [{ name: 'late', patch: { *ptepGetAndCleer() {} } }] },
    'the mutant late replaces ptepGetAndCleer, which is not there | ptepGetAndClear',
  ],
])('%s: RACEWALK_BAD_OVERRIDE', (_what, changes, message) => {
  expect(refusal(changes)).toContain(`RACEWALK_BAD_OVERRIDE plug-in toy: ${message}`);
});

it('a walker of single bits with a part forgotten or misspelt is refused', () => {
  const { valid, write, young, dirty } = toyLayout;
  const spec = { valid, user: valid, write, young, dirty, setsYoung: true, setsDirty: true };
  const walker = (changes: Loose) => () =>
    singleBitWalker({ ...spec, ...changes } as unknown as Parameters<typeof singleBitWalker>[0]);
  expect(walker({})).not.toThrow();
  expect(walker({ user: undefined })).toThrow('singleBitWalker: user is missing');
  expect(walker({ dirty: 3 })).toThrow('singleBitWalker: dirty is missing, or is something else');
  expect(walker({ setsYoung: undefined, setsYong: true })).toThrow('singleBitWalker: setsYoung is missing');
  const expected = (text: string) => expect.objectContaining({ expected: expect.stringMatching(text) });
  expect(walker({ user: undefined })).toThrow(expected('^user: \\S'));
  expect(walker({ setsYoung: 3 })).toThrow(expected('^setsYoung: \\S'));
});

it('methods of an override that are no operations may be called what they like', () => {
  expect(refusal(ops({ *unfold() {}, *__ptepGet() {}, helper: 1 }))).toBe(null);
});

it('a layout is a plain value: the good one passes', () => {
  const same: PteLayout = { ...toyLayout };
  expect(refusal({ layout: same })).toBe(null);
});

it('blocks are claimed where they are described, and described where they are claimed', () => {
  expect(refusal({ cont: undefined })).toContain('contPte and the field cont do not agree');
  const capabilities = toyArch().capabilities.filter((c) => c !== 'contPte');
  expect(refusal({ capabilities })).toContain('contPte and the field cont do not agree');
});

describe('what a plug-in says of huge pages', () => {
  it('is operations of the level that is asked for', () => {
    expect(refusal({ pmdOps: (m: never) => new GenericPmdOps(m, 'pmd') })).toContain(
      'pmdOps does not make operations for the level pud',
    );
    expect(refusal({ pmdOps: () => ({}) })).toContain('pmdOps does not make operations for the level pmd');
    expect(refusal({ hugeOps: () => ({}) })).toContain('hugeOps does not make operations');
    expect(refusal({ hugeOps: (m: never) => new GenericHugePteOps(m) })).toBe(null);
    const misspelt = (m: never, level: 'pmd' | 'pud') =>
      Object.assign(new GenericPmdOps(m, level), { *pmdpInvalidte() {} });
    expect(refusal({ pmdOps: misspelt })).toContain('unknown operation pmdpInvalidte | pmdpInvalidate');
    expect(refusal({ pmdOps: (m: never, level: 'pmd' | 'pud') => new AtomicPmdOps(m, level) })).toBe(null);
  });

  it('is words', () => {
    expect(refusal(layout({ upper: { table: 3 } }))).toContain('layout.upper.table is not a word');
    expect(refusal(layout({ upper: { leafany: bit(1) } }))).toContain('layout.upper.leafany | leafAny');
    expect(refusal(layout({ upper: { tableTest: { set: bit(0) } } }))).toContain(
      'upper.tableTest.clear is missing',
    );
    expect(refusal(layout({ devmap: {} }))).toContain('layout.devmap.bit is missing');
    expect(refusal(layout({ devmap: { bit: toyLayout.dirty } }))).toContain(
      'dirty and devmap.bit share bit 3',
    );
  });

  it('follows from the bits that mark a leaf, also where each of several does', () => {
    const marks = pteOr(bit(8), bit(9));
    const spec = layout({ pmdLeafSet: PTE_ZERO, upper: { leafAny: marks } });
    const arch = defineArch({ ...good, ...spec } as ArchSpec);
    const leaf = pteOr(bit(9), pteOr(toyLayout.valid, toyLayout.write));
    const invalid = arch.pmd.pmdMkinvalid(leaf);
    expect([arch.pmd.pmdLeaf(leaf), arch.pmd.pmdBad(leaf)]).toEqual([true, true]);
    expect([arch.pmd.pmdPresent(invalid), arch.pmd.pmdLeaf(invalid)]).toEqual([true, true]);
    expect([arch.values.pteValid(invalid), arch.pmd.pmdProtnone(invalid)]).toEqual([false, false]);
  });

  it('has leaves where it has transparent huge pages, and a bit where it has a mark', () => {
    const capabilities = ['hwAccess', 'ipiFlush', 'contPte'];
    expect(refusal({ capabilities: [...capabilities, 'pudThp'] })).toContain('but no leaf there');
    expect(refusal({ capabilities: [...capabilities, 'devmap'] })).toContain('pteMkdevmap changes nothing');
  });
});
