/** Race tests whose code ends the process it runs in. */
import { existsSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { contpteTeardownRaces } from '@racewalk/feature-contpte-teardown';
import { defineScenario } from '@racewalk/mm';

const base = contpteTeardownRaces.find(({ id }) => id === 'contpte/teardown-vs-walker');
if (base === undefined) throw new Error('the race has another name');
const user = base.agents.user;
if (user === undefined) throw new Error('the agent has another name');

/**
 * The same race; `end` is called where the user finds the first entry cleared.
 *
 * @param {string} id
 * @param {() => void} end
 */
const ending = (id, end) =>
  defineScenario({
    ...base,
    id,
    sizes: [],
    agents: {
      ...base.agents,
      user: {
        ...user,
        /** @type {typeof user.run} */
        *run(m, s) {
          const pte = yield* m.entries.readOnce(s.entries[0], 'ptep_get');
          if (!m.v.pteValid(pte)) end();
          yield* user.run(m, s);
        },
      },
    },
  });

const marker = process.env.RACEWALK_TEST_MARKER ?? '';

export const always = ending('deadly/always', () => process.exit(7));
export const once = ending('deadly/once', () => {
  if (marker === '' || existsSync(marker)) return;
  writeFileSync(marker, '');
  process.exit(8);
});
export const never = ending('deadly/never', () => undefined);
