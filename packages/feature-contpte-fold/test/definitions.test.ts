import { raceDefinitions } from '@racewalk/conformance';
import { vitestRunner } from '@racewalk/conformance/vitest';
import { flatToy as flat, blockToy as toy } from '@racewalk/toys';
import { describe, it } from 'vitest';
import { contpteFoldRaces } from '../src/index.js';

raceDefinitions({
  runner: vitestRunner({ describe, it }),
  races: contpteFoldRaces,
  source: /seed 00[04]/,
  toy,
  flat,
});
