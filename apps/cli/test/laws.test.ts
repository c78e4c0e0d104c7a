import { arm64Contpte, arm64ContpteSw } from '@racewalk/arch-arm64';
import { conformance } from '@racewalk/conformance';
import { vitestRunner } from '@racewalk/conformance/vitest';
import { describe, it } from 'vitest';

const runner = vitestRunner({ describe, it });
for (const plugin of [arm64Contpte, arm64ContpteSw]) conformance({ runner, plugin });
