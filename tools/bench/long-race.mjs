/**
 * A race of the suite, the teardown of a block of eight entries against two walkers, with bystanders. They come in
 * groups; each group has a word of its own, in which each of its members sets a bit. What nobody else touches is
 * independent of everything else, so that the executions multiply: 509 139 of the race, k! 2^(k(k-1)/2) of a group
 * of k. So a search of any length has a known number of executions.
 */
import process from 'node:process';
import { contpteTeardownRaces } from '@racewalk/feature-contpte-teardown';
import { defineScenario } from '@racewalk/mm';
import { executionsOfF, setBit } from './flags-race.mjs';

/** Executions of the race alone; pinned in `rows.mjs`, too. */
const ALONE = 509_139;

/** Sizes of the groups, as the environment says: threads that load this module see it as well. */
export const groups = (process.env.RACEWALK_BYSTANDERS ?? '')
  .split(',')
  .filter((text) => text !== '')
  .map(Number);

/** Executions there are. */
export const executions = groups.map(executionsOfF).reduce((a, b) => a * b, ALONE);

/** @type {import('@racewalk/machine').Scenario | undefined} */
const base = contpteTeardownRaces.find(({ id }) => id === 'contpte/teardown-vs-two-walkers');
if (base === undefined) throw new Error('the race has another name');

/** Words of the groups, of the world that a state belongs to. @type {WeakMap<object, number[]>} */
const wordsOf = new WeakMap();

const bystanders = groups.flatMap((size, group) =>
  Array.from({ length: size }, (_, i) => ({ name: `by${group}${i}`, group, bit: 1 << i })),
);
const cpus = 1 + Math.max(...Object.values(base.agents).map(({ cpu }) => cpu));

export const long = defineScenario({
  ...base,
  id: 'long/two-walkers',
  sizes: [],
  params: { ...base.params, block: 8 },
  /** @param {import('@racewalk/machine').World} w */
  setup(w) {
    const state = base.setup(w);
    wordsOf.set(
      state,
      groups.map((_, group) => w.word(`group${group}`)),
    );
    return state;
  },
  agents: {
    ...base.agents,
    ...Object.fromEntries(
      bystanders.map(({ name, group, bit }, i) => [
        name,
        {
          cpu: cpus + i,
          role: /** @type {const} */ ('kernel'),
          /** @param {unknown} _ @param {object} s */
          run: (_, s) => setBit(wordsOf.get(s)?.[group] ?? -1, bit),
        },
      ]),
    ),
  },
});
