import { flatToy as flat, blockToy as toy } from '@racewalk/conformance/toys';
import { notApplicable, type Scenario } from '@racewalk/core';
import { describe, expect, it } from 'vitest';
import { reclaimClaims, reclaimRaces } from '../src/index.js';

const sentences = (text: string) => text.split(/[.?!](?:\s|$)/).filter((s) => s.trim() !== '').length;

describe.each(reclaimRaces.map((s): [string, Scenario] => [s.id, s]))('%s', (_id, s) => {
  it('says where it comes from and what is at stake', () => {
    expect(s.source).toMatch(/seed 00[34]/);
    expect(sentences(s.about)).toBeGreaterThanOrEqual(3);
    expect(s.about.length).toBeLessThan(1000);
  });

  it('has mutants that break something it watches, somewhere', () => {
    for (const [name, mutant] of Object.entries(s.mutants)) {
      expect([...s.invariants, 'LIVE'], name).toContain(mutant.breaks);
      expect(mutant.unless?.(toy) ?? null, name).toBeNull();
      expect(mutant.notApplicable?.(toy) ?? null, name).toBeNull();
      expect(mutant.what.length, name).toBeGreaterThan(10);
      expect(mutant.why.length, name).toBeGreaterThan(10);
    }
  });

  it('gives a reason wherever a mutant has nothing to bite on', () => {
    for (const mutant of Object.values(s.mutants)) {
      for (const reason of [mutant.unless?.(flat), mutant.notApplicable?.(flat)]) {
        if (reason !== null && reason !== undefined) expect(reason.length).toBeGreaterThan(20);
      }
    }
  });

  it('exists everywhere', () => {
    expect(notApplicable(s, toy)).toBeNull();
    expect(notApplicable(s, flat)).toBeNull();
  });
});

describe('reclaimRaces', () => {
  it('is frozen, and its ids are unique', () => {
    expect(Object.isFrozen(reclaimRaces)).toBe(true);
    expect(new Set(reclaimRaces.map((s) => s.id)).size).toBe(reclaimRaces.length);
  });
});

describe('reclaimClaims', () => {
  const known = reclaimRaces.flatMap((s) => [
    s.id,
    ...Object.keys(s.mutants).map((m) => `${s.id}#mutant:${m}`),
  ]);

  it('name races that exist, and every race decides one', () => {
    const named = reclaimClaims.flatMap((claim) => claim.decidedBy);
    for (const name of named) expect(known).toContain(name);
    for (const s of reclaimRaces) expect(named).toContain(s.id);
  });
});
