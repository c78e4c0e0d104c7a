import { raceDefinitions } from '@racewalk/conformance';
import { vitestRunner } from '@racewalk/conformance/vitest';
import { describe, it } from 'vitest';
import { accessFlagRaces } from '../src/index.js';
import { flat, toy } from './toy.js';

raceDefinitions({
  runner: vitestRunner({ describe, it }),
  races: accessFlagRaces,
  source: /seeds? 00[04]/,
  toy,
  flat,
});
