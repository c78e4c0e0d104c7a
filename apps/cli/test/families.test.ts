/** Races that a page loads by family are those of the catalogue. */
import { describe, expect, it } from 'vitest';
import { CATALOGUE } from '../src/catalogue.js';
import { racesFor } from '../src/families.js';

describe('races by family', () => {
  it('have every race of the catalogue where its name leads', async () => {
    for (const scenario of CATALOGUE.scenarios) {
      const near = await racesFor(scenario.id);
      expect(near, scenario.id).toContain(scenario);
      expect(near.length, `${scenario.id} is not found by its family`).toBeLessThan(
        CATALOGUE.scenarios.length,
      );
    }
  });

  it('are all of them without a name, or with a wrong one', async () => {
    for (const test of [undefined, 'no/such'])
      expect(new Set(await racesFor(test))).toEqual(new Set(CATALOGUE.scenarios));
  });
});
