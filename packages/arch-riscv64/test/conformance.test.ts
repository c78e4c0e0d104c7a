import { conformance } from '@racewalk/conformance';
import { vitestRunner } from '@racewalk/conformance/vitest';
import { describe, it } from 'vitest';
import { riscv64, riscv64Svade } from '../src/index.js';

const runner = vitestRunner({ describe, it });

// The manifest and the laws; `racewalk conformance --arch riscv64,riscv64-svade` runs the races.
// The matrix of apps/cli runs the races.
for (const plugin of [riscv64, riscv64Svade]) conformance({ runner, plugin, scenarios: null });
