import { exchangeToy as toyArch } from '@racewalk/toys';
import { describe, expect, it } from 'vitest';
import { derivedOmissions, NEVER_MODELLED, omissionProblems } from '../src/index.js';

describe('what is not modelled', () => {
  it('follows from the parts of a plug-in, whatever it says itself', () => {
    const arch = toyArch();
    const found = derivedOmissions({ ...arch, omits: [] });
    expect(found).toEqual(derivedOmissions(arch));
    expect(found).toContainEqual(expect.stringMatching(/^what it denies: .*softDirty/));
    expect(found.some((item) => item.startsWith('store buffers'))).toBe(arch.memory === 'sc');
    expect(derivedOmissions({ ...arch, ops: undefined as never })).toContainEqual(
      expect.stringMatching(/all bodies are generic/),
    );
    const hugeOnly = { ...arch, ops: undefined as never, pmdOps: () => undefined as never };
    expect(derivedOmissions(hugeOnly)).toContainEqual(
      expect.stringMatching(/on page entries: all bodies are/),
    );
  });

  it('is said once for each part, and nothing else is', () => {
    const arch = toyArch();
    const denied = expect.stringMatching(/^what it denies: /);
    const blocks = `blocks of ${arch.cont?.ptes} entries, where a race has smaller ones`;
    const order = 'store buffers: its memory order is sc, every store is seen at once';
    const rest = derivedOmissions(arch).filter((what) => !/^(?:patterns|proof|operations) /.test(what));
    expect(rest).toEqual([order, denied, blocks]);
    expect(derivedOmissions({ ...arch, memory: 'weak' })).not.toContain(order);
    expect(derivedOmissions({ ...arch, memory: 'weak' })).toContainEqual(
      expect.stringMatching(/^memory order: \S/),
    );
    const { cont: _, ...flat } = arch;
    expect(derivedOmissions(flat as typeof arch)).not.toContain(blocks);
    const patterns = 'patterns that must never stand in a table: it names none';
    expect(derivedOmissions({ ...arch, malformed: () => null })).not.toContain(patterns);
    expect(derivedOmissions({ ...arch, malformed: undefined as never })).toContain(patterns);
    const proof = /^proof that the races test its operations/;
    const mutant = { name: 'm', what: '', tests: [], breaks: 'UAF', why: '', patch: {} } as never;
    expect(derivedOmissions({ ...arch, mutants: [mutant] }).some((what) => proof.test(what))).toBe(false);
    expect(derivedOmissions({ ...arch, mutants: [] }).some((what) => proof.test(what))).toBe(true);
    expect(derivedOmissions({ ...arch, ops: undefined as never }).some((what) => proof.test(what))).toBe(
      false,
    );
  });

  it('has a part that no plug-in can do anything about', () => {
    expect(NEVER_MODELLED.join('; ')).toMatch(/order of stores of user code.*ahead of any access/);
  });
});

describe('an `omits` that cannot be true', () => {
  const problems = (omits: readonly string[]) =>
    omissionProblems({ id: 'mine', capabilities: ['hwDirty', 'ipiFlush'], omits });
  it.each<[string, readonly string[], RegExp]>([
    ['is empty', [], /mine omits nothing, so it says/],
    ['says nothing', ['none'], /"none": that says nothing/],
    ['has an empty item', ['weak memory', ' '], /that says nothing/],
    ['says something twice', ['errata', 'errata'], /twice/],
    ['omits what is claimed', ['hwDirty: too hard'], /mine claims hwDirty, and omits "hwDirty: too hard"/],
  ])('%s', (_, omits, says) => {
    expect(problems(omits).join('\n')).toMatch(says);
  });

  it.each(['none', 'Nothing.', 'n/a', 'NA', 'todo', '- TBD', '…'])('"%s" says nothing', (item) => {
    expect(problems([item]).join()).toMatch(/that says nothing/);
  });

  it('is told from one that may be', () => {
    expect(problems(['weak memory order', 'hwAccess: explored without'])).toEqual([]);
  });
});
