import { raceDefinitions } from '@racewalk/conformance';
import { vitestRunner } from '@racewalk/conformance/vitest';
import { describe, it } from 'vitest';
import { contpteTeardownRaces } from '../src/index.js';
import { flat, toy } from './toy.js';

raceDefinitions({
  runner: vitestRunner({ describe, it }),
  races: contpteTeardownRaces,
  source: /seed 000/,
  toy,
  flat,
});
