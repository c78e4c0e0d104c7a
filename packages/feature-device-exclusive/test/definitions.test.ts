import { raceDefinitions } from '@racewalk/conformance';
import { vitestRunner } from '@racewalk/conformance/vitest';
import { describe, it } from 'vitest';
import { deviceExclusiveRaces } from '../src/index.js';
import { flat, toy } from './toy.js';

raceDefinitions({
  runner: vitestRunner({ describe, it }),
  races: deviceExclusiveRaces,
  source: /seed 002/,
  toy,
  flat,
});
