import { raceDefinitions } from '@racewalk/conformance';
import { vitestRunner } from '@racewalk/conformance/vitest';

import { describe, it } from 'vitest';
import { switchMmRaces } from '../src/index.js';
import { TOYS, untagged } from './toys.js';

raceDefinitions({
  runner: vitestRunner({ describe, it }),
  races: switchMmRaces,
  source: /Linux|CVE|pKVM|arm64/,
  toy: TOYS,
  flat: untagged,
});
