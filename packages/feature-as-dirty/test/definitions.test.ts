import type { ArchPlugin } from '@racewalk/core';
import { notApplicable, type Scenario } from '@racewalk/machine';
import { describe, expect, it } from 'vitest';
import { asDirtyClaims, asDirtyRaces } from '../src/index.js';
import { flat, toy, tracking } from './toy.js';

const sentences = (text: string) => text.split(/[.?!:](?:\s|$)/).filter((s) => s.trim() !== '').length;

/** An architecture that has everything there is to have. */
const everything: ArchPlugin = { ...toy, has: () => true };

describe.each(asDirtyRaces.map((s): [string, Scenario] => [s.id, s]))('%s', (_id, s) => {
  it('says where it comes from and what is at stake', () => {
    expect(s.source).toMatch(/seed 001/);
    expect(sentences(s.about)).toBeGreaterThanOrEqual(3);
    expect(s.about.length).toBeLessThan(1000);
  });

  it('has mutants that break something it watches, somewhere', () => {
    for (const [name, mutant] of Object.entries(s.mutants)) {
      expect([...s.invariants, 'LIVE'], name).toContain(mutant.breaks);
      expect(mutant.unless?.(everything) ?? null, name).toBeNull();
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

  it('exists wherever what it needs exists', () => {
    expect(notApplicable(s, tracking)).toBeNull();
    const needsMore = s.id.includes('soft-dirty');
    for (const arch of [toy, flat]) expect(notApplicable(s, arch) !== null).toBe(needsMore);
  });
});

describe('asDirtyRaces', () => {
  it('is frozen, and its ids are unique', () => {
    expect(Object.isFrozen(asDirtyRaces)).toBe(true);
    expect(new Set(asDirtyRaces.map((s) => s.id)).size).toBe(asDirtyRaces.length);
  });
});

describe('claims', () => {
  it.each(asDirtyClaims.map((claim) => [claim.says, claim] as const))('%s', (_says, claim) => {
    expect(claim.seed).toBe('001');
    expect(claim.says).not.toMatch(/\n/);
    expect(claim.answer.length).toBeGreaterThan(10);
    if (claim.undecidable === undefined) expect(claim.decidedBy).not.toHaveLength(0);
    // Races of other families: `names commands that come to what it says` in tools/test asks for those.
    for (const id of claim.decidedBy.filter((d) => d.startsWith('as-dirty/'))) {
      const [race, variant] = id.split('#');
      const scenario = asDirtyRaces.find((s) => s.id === race);
      expect(scenario, id).toBeDefined();
      if (variant?.startsWith('linux:') === true)
        expect(Object.keys(scenario?.linux ?? {})).toContain(variant.slice('linux:'.length));
      else if (variant !== undefined)
        expect(Object.keys(scenario?.mutants ?? {})).toContain(variant.slice('mutant:'.length));
    }
  });

  it('leave no race out', () => {
    const decided = new Set(asDirtyClaims.flatMap((claim) => claim.decidedBy.map((id) => id.split('#')[0])));
    for (const s of asDirtyRaces) expect(decided, s.id).toContain(s.id);
  });
});
