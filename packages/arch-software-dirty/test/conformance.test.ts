import { conformance } from '@racewalk/conformance';
import { vitestRunner } from '@racewalk/conformance/vitest';
import { describe, it } from 'vitest';
import { swAccessDirty, swDirty } from '../src/index.js';

const runner = vitestRunner({ describe, it });
// The matrix of apps/cli runs the races.
for (const plugin of [swDirty, swAccessDirty]) conformance({ runner, plugin, scenarios: null });
