import { notApplicable, type Scenario } from '@racewalk/machine';
import { describe, expect, it } from 'vitest';
import { zapClaims, zapRaces } from '../src/index.js';
import { broadcast, halves } from './toy.js';

const sentences = (text: string) => text.split(/[.?!](?:\s|$)/).filter((s) => s.trim() !== '').length;

describe.each(zapRaces.map((s): [string, Scenario] => [s.id, s]))('%s', (id, s) => {
  it('says where it comes from and what is at stake', () => {
    expect(id).toMatch(/^(zap|gup)\//);
    expect(s.source).toMatch(/seed 003/);
    expect(sentences(s.about)).toBeGreaterThanOrEqual(3);
    expect(s.about.length).toBeLessThan(1000);
  });

  it('has mutants that break something it watches, on one of two toys', () => {
    for (const [name, mutant] of Object.entries(s.mutants)) {
      expect([...s.invariants, 'LIVE'], name).toContain(mutant.breaks);
      const reasons = [halves, broadcast].map(
        (arch) => notApplicable(s, arch) ?? mutant.notApplicable?.(arch) ?? mutant.unless?.(arch) ?? null,
      );
      expect(reasons, name).toContain(null);
      for (const reason of reasons) expect(reason === null || reason.length > 20).toBe(true);
      expect(mutant.what.length, name).toBeGreaterThan(10);
      expect(mutant.why.length, name).toBeGreaterThan(10);
    }
  });
});

describe('zapRaces', () => {
  it('is frozen, and its ids are unique', () => {
    expect(Object.isFrozen(zapRaces)).toBe(true);
    expect(new Set(zapRaces.map((s) => s.id)).size).toBe(zapRaces.length);
  });
});

describe('claims', () => {
  it.each(zapClaims.map((c) => [c.says, c] as const))('%s', (_says, claim) => {
    expect(claim.seed).toBe('003');
    expect(claim.decidedBy.length + (claim.undecidable === undefined ? 0 : 1)).toBeGreaterThan(0);
    // Races of other families: `names commands that come to what it says` in tools/test asks for those.
    for (const reference of claim.decidedBy.filter((d) => /^(gup|zap)\//.test(d) && !d.includes('#linux:'))) {
      const [id, mutant] = reference.split('#mutant:');
      const race = zapRaces.find((s) => s.id === id);
      expect(race, reference).toBeDefined();
      if (mutant !== undefined) expect(Object.keys(race?.mutants ?? {}), reference).toContain(mutant);
    }
  });

  it('use every race of the thread itself', () => {
    const used = new Set(zapClaims.flatMap((c) => c.decidedBy.map((r) => r.split('#')[0])));
    for (const s of zapRaces.filter((race) => race.id.startsWith('gup/aba'))) expect(used).toContain(s.id);
  });
});
