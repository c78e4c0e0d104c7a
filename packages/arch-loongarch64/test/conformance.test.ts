import { conformance } from '@racewalk/conformance';
import { vitestRunner } from '@racewalk/conformance/vitest';
import { describe, it } from 'vitest';
import { loongarch64, loongarch64Ptw } from '../src/index.js';
import { unmapVsStore } from './unmap-vs-store.js';

const runner = vitestRunner({ describe, it });

// The manifest, the laws, and one race; `racewalk conformance --arch loongarch64,loongarch64-ptw` runs all races.
for (const plugin of [loongarch64, loongarch64Ptw]) {
  conformance({ runner, plugin: () => plugin, scenarios: [unmapVsStore] });
}
