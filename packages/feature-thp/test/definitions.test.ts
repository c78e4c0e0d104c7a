import { raceDefinitions } from '@racewalk/conformance';
import { vitestRunner } from '@racewalk/conformance/vitest';
import { addingToy, blockToy, flatToy } from '@racewalk/toys';
import { describe, it } from 'vitest';
import { thpRaces } from '../src/index.js';

raceDefinitions({
  runner: vitestRunner({ describe, it }),
  races: thpRaces,
  source: /Linux/,
  toy: [blockToy, addingToy],
  flat: flatToy,
});
