import { raceDefinitions } from '@racewalk/conformance';
import { vitestRunner } from '@racewalk/conformance/vitest';
import { blockToy, flatToy } from '@racewalk/toys';
import { describe, expect, it } from 'vitest';
import { mremapClaims, mremapRaces } from '../src/index.js';

raceDefinitions({
  runner: vitestRunner({ describe, it }),
  races: mremapRaces,
  source: /seed 004/,
  toy: blockToy,
  flat: flatToy,
});

describe('mremapClaims', () => {
  const known = mremapRaces.flatMap((s) => [
    s.id,
    ...Object.keys(s.mutants).map((m) => `${s.id}#mutant:${m}`),
  ]);

  it('name races that exist, and every race decides one', () => {
    const named = mremapClaims.flatMap((claim) => claim.decidedBy);
    for (const name of named) expect(known).toContain(name);
    for (const s of mremapRaces) expect(named).toContain(s.id);
  });
});
