import type { Scenario } from '@racewalk/machine';
import { blockToy, flatToy } from '@racewalk/toys';
import { describe, expect, it } from 'vitest';
import { mutantProblems, wordingProblems } from '../src/suite/definitions.js';
import { zapVsStore } from './toy-races.js';

const good: Scenario = zapVsStore;

describe('definitions of races', () => {
  it('finds a source that points nowhere, a short story and a mutant without words', () => {
    const bad = {
      ...good,
      source: 'somewhere',
      about: 'Short.',
      mutants: { m: { what: '', breaks: 'DIRTY', why: '' } },
    };
    expect(wordingProblems(bad as Scenario, /seed/)).toEqual([
      'source does not name /seed/: somewhere',
      'about has fewer than three sentences',
      'mutant m does not say what and why',
    ]);
    expect(wordingProblems({ ...bad, about: 'a '.repeat(600) } as Scenario, /some/)[1]).toMatch(
      /more than 1100/,
    );
  });

  it('finds a mutant nobody watches, one that bites nowhere, and an empty reason', () => {
    const mutant = { what: 'w', why: 'y', breaks: 'PTUAF', unless: () => 'no' };
    const bad = { ...good, mutants: { m: mutant } } as unknown as Scenario;
    expect(mutantProblems(bad, blockToy, flatToy)).toEqual([
      'mutant m breaks PTUAF, which nobody watches',
      'mutant m has nothing to bite on even on toy',
      'mutant m: "no" is no reason',
    ]);
  });
});
