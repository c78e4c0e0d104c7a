/** A race test that takes some seconds: two walkers over a block of eight entries. */
import { defineScenario } from '@racewalk/core';
import { contpteTeardownRaces } from '@racewalk/feature-contpte-teardown';

const base = contpteTeardownRaces.find(({ id }) => id === 'contpte/teardown-vs-two-walkers');

export const large = defineScenario({
  ...base,
  id: 'large/two-walkers',
  sizes: [],
  params: { ...base.params, block: 8 },
});
