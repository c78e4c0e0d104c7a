import { conformance } from '@racewalk/conformance';
import { vitestRunner } from '@racewalk/conformance/vitest';
import { describe, it } from 'vitest';
import { arm64Contpte, arm64ContpteSw } from '../src/index.js';

const runner = vitestRunner({ describe, it });
// The matrix of apps/cli runs the races.
for (const plugin of [arm64Contpte, arm64ContpteSw]) conformance({ runner, plugin, scenarios: null });
