/** The suite on its own architectures, under a real runner. */

import { toyArch, toyPlain, toySoft } from '@racewalk/toys';
import { describe, it } from 'vitest';
import { conformance } from '../src/index.js';
import { vitestRunner } from '../src/vitest.js';
import { blocksOnly, zapVsStore } from './toy-races.js';

const runner = vitestRunner({ describe, it });
for (const plugin of [toyArch(), toySoft, toyPlain]) {
  conformance({ runner, plugin, scenarios: [zapVsStore, blocksOnly] });
}
