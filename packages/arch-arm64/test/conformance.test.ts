import { conformance } from '@racewalk/conformance';
import { vitestRunner } from '@racewalk/conformance/vitest';
import { describe, it } from 'vitest';
import { arm64Contpte, arm64ContpteSw } from '../src/index.js';

const runner = vitestRunner({ describe, it });
for (const plugin of [arm64Contpte, arm64ContpteSw]) conformance({ runner, plugin });
