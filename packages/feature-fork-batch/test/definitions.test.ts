import { raceDefinitions } from '@racewalk/conformance';
import { vitestRunner } from '@racewalk/conformance/vitest';
import { describe, it } from 'vitest';
import { forkBatchRaces } from '../src/index.js';
import { flat, toy } from './toy.js';

raceDefinitions({
  runner: vitestRunner({ describe, it }),
  races: forkBatchRaces,
  source: /seed 004/,
  toy,
  flat,
});
