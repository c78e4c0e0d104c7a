import { conformance } from '@racewalk/conformance';
import { vitestRunner } from '@racewalk/conformance/vitest';
import { describe, it } from 'vitest';
import { softDirtyX86_64, x86_64, x86Pae } from '../src/index.js';

const runner = vitestRunner({ describe, it });
// The matrix of apps/cli runs the races.
for (const plugin of [x86_64, x86Pae, softDirtyX86_64]) conformance({ runner, plugin, scenarios: null });
