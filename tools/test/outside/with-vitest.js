import { conformance } from '@racewalk/conformance';
import { vitestRunner } from '@racewalk/conformance/vitest';
import { contpteTeardownRaces } from '@racewalk/feature-contpte-teardown';
import { describe, it } from 'vitest';
import plain from './plain.js';

const runner = vitestRunner({ describe, it });
conformance({ runner, plugin: plain, scenarios: contpteTeardownRaces });
