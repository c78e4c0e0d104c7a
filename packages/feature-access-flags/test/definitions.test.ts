import { raceDefinitions } from '@racewalk/conformance';
import { vitestRunner } from '@racewalk/conformance/vitest';
import { faultingToy as flat, addingToy as toy } from '@racewalk/toys';
import { describe, it } from 'vitest';
import { accessFlagRaces } from '../src/index.js';

raceDefinitions({
  runner: vitestRunner({ describe, it }),
  races: accessFlagRaces,
  source: /seeds? 00[04]/,
  toy,
  flat,
});
