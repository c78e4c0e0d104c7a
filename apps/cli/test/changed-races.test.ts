/** A patch may concern any race: each can be built with a text in place of its operations, on every plug-in. */
import type { CBodies } from '@racewalk/kernel-c';
import { buildScenario, notApplicable } from '@racewalk/machine';
import { expect, it } from 'vitest';
import { CATALOGUE } from '../src/catalogue.js';
import { changedRace } from '../src/patch/columns.js';

const NOTHING: CBodies = { patch: {}, replaced: [], refused: [], kernel: [] };

it('every race can be built with both texts of a patch', () => {
  const wrong: string[] = [];
  let built = 0;
  for (const scenario of CATALOGUE.scenarios)
    for (const plugin of CATALOGUE.archs) {
      if (notApplicable(scenario, plugin) !== null) continue;
      try {
        const changed = changedRace(scenario, plugin, { before: NOTHING, after: NOTHING, text: '' });
        for (const variant of ['mutant:before', 'mutant:after'] as const)
          buildScenario(changed, plugin, variant);
        built++;
      } catch (error) {
        wrong.push(`${scenario.id} on ${plugin.id}: ${String(error)}`);
      }
    }
  expect(wrong).toEqual([]);
  expect(built).toBeGreaterThan(1000);
});
