import { describe, expect, it } from 'vitest';
import { forkBatchClaims, forkBatchRaces } from '../src/index.js';

describe('claims', () => {
  it.each(forkBatchClaims.map((c) => [c.says, c] as const))('%s', (_says, claim) => {
    expect(claim.decidedBy.length + (claim.undecidable === undefined ? 0 : 1)).toBeGreaterThan(0);
    for (const id of claim.decidedBy.filter((d) => d.startsWith('fork-batch/'))) {
      const [test, variant] = id.split('#mutant:');
      const race = forkBatchRaces.find((s) => s.id === test);
      expect(race, id).toBeDefined();
      if (variant !== undefined && variant !== 'wrprotect-drops-hw-dirty') {
        expect(Object.keys(race?.mutants ?? {}), id).toContain(variant);
      }
    }
  });
});
