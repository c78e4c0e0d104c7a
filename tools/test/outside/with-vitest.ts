import { conformance } from '@racewalk/conformance';
import { vitestRunner } from '@racewalk/conformance/vitest';
import { contpteTeardownRaces } from '@racewalk/feature-contpte-teardown';
import { describe, it } from 'vitest';
import { typed } from './typed.js';

const runner = vitestRunner({ describe, it });
conformance({ runner, plugin: typed, scenarios: contpteTeardownRaces });
