/** A race test that takes some seconds: two walkers over a block of eight entries. */

import { contpteTeardownRaces } from '@racewalk/feature-contpte-teardown';
import { defineScenario } from '@racewalk/mm';

/** @type {import('@racewalk/machine').Scenario | undefined} */
const base = contpteTeardownRaces.find(({ id }) => id === 'contpte/teardown-vs-two-walkers');
if (base === undefined) throw new Error('the race has another name');

export const large = defineScenario({
  ...base,
  id: 'large/two-walkers',
  sizes: [],
  params: { ...base.params, block: 8 },
});
