import { describe, it } from 'node:test';
import { conformance } from '@racewalk/conformance';
import { nodeTestRunner } from '@racewalk/conformance/node-test';
import { contpteTeardownRaces } from '@racewalk/feature-contpte-teardown';
import { typed } from './typed.js';

const runner = nodeTestRunner({ describe, it });
conformance({ runner, plugin: typed, scenarios: contpteTeardownRaces });
