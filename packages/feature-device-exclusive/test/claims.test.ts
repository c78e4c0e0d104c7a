import { describe, expect, it } from 'vitest';
import { deviceExclusiveClaims, deviceExclusiveRaces } from '../src/index.js';

const known = new Set(
  deviceExclusiveRaces.flatMap((s) => [s.id, ...Object.keys(s.mutants).map((m) => `${s.id}#mutant:${m}`)]),
);

describe('claims', () => {
  it.each(deviceExclusiveClaims.map((c) => [c.says, c] as const))('%s', (_says, claim) => {
    expect(claim.decidedBy.length + (claim.undecidable === undefined ? 0 : 1)).toBeGreaterThan(0);
    for (const id of claim.decidedBy) expect(known).toContain(id);
  });
});
