import { raceDefinitions } from '@racewalk/conformance';
import { vitestRunner } from '@racewalk/conformance/vitest';
import { blockToy, flatToy } from '@racewalk/toys';
import { describe, expect, it } from 'vitest';
import { reclaimClaims, reclaimRaces } from '../src/index.js';

raceDefinitions({
  runner: vitestRunner({ describe, it }),
  races: reclaimRaces,
  source: /seed 00[34]/,
  toy: blockToy,
  flat: flatToy,
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
