import { flatToy as flat, blockToy as toy } from '@racewalk/conformance/toys';
import { notApplicable, type Scenario } from '@racewalk/core';
import { describe, expect, it } from 'vitest';
import { contpteFoldRaces } from '../src/index.js';

const sentences = (text: string) => text.split(/[.?!](?:\s|$)/).filter((s) => s.trim() !== '').length;

describe.each(contpteFoldRaces.map((s): [string, Scenario] => [s.id, s]))('%s', (_id, s) => {
  it('says where it comes from and what is at stake', () => {
    expect(s.source).toMatch(/seed 00[04]/);
    expect(sentences(s.about)).toBeGreaterThanOrEqual(3);
    expect(s.about.length).toBeLessThan(1000);
  });

  it('has mutants that break something it watches, somewhere', () => {
    for (const [name, mutant] of Object.entries(s.mutants)) {
      const watched = [...s.invariants, 'LIVE'];
      expect(watched, name).toContain(mutant.breaks);
      expect(mutant.unless?.(toy) ?? null, name).toBeNull();
      expect(mutant.what.length, name).toBeGreaterThan(10);
      expect(mutant.why.length, name).toBeGreaterThan(10);
    }
  });

  it('gives a reason wherever a mutant has nothing to bite on', () => {
    for (const mutant of Object.values(s.mutants)) {
      const reason = mutant.unless?.(flat) ?? null;
      if (reason !== null) expect(reason.length).toBeGreaterThan(20);
    }
  });

  it('exists everywhere', () => {
    expect(notApplicable(s, toy)).toBeNull();
    expect(notApplicable(s, flat)).toBeNull();
  });
});

describe('contpteFoldRaces', () => {
  it('is frozen, and its ids are unique', () => {
    expect(Object.isFrozen(contpteFoldRaces)).toBe(true);
    expect(new Set(contpteFoldRaces.map((s) => s.id)).size).toBe(contpteFoldRaces.length);
  });
});
