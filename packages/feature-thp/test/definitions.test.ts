import { raceDefinitions } from '@racewalk/conformance';
import { vitestRunner } from '@racewalk/conformance/vitest';
import { blockToy, flatToy } from '@racewalk/toys';
import { describe, expect, it } from 'vitest';
import { claims, thpRaces } from '../src/index.js';

raceDefinitions({
  runner: vitestRunner({ describe, it }),
  races: thpRaces,
  // Every source names a function, a thread or a commit.
  source: /\S+\(\)|thread|seed \d+|[0-9a-f]{12}/,
  toy: blockToy,
  flat: flatToy,
});

it('claims name races that exist', () => {
  const known = thpRaces.flatMap((s) => [s.id, ...Object.keys(s.mutants).map((m) => `${s.id}#mutant:${m}`)]);
  for (const name of claims.flatMap((claim) => claim.decidedBy)) expect(known).toContain(name);
});
