import { readFileSync } from 'node:fs';
import { arm64Contpte } from '@racewalk/arch-arm64';
import { x86_64 } from '@racewalk/arch-x86';
import { forkCostTable, formatForkCostTable } from '@racewalk/feature-fork-batch';
import { expect, test } from 'vitest';

const readme = readFileSync(
  new URL('../../../packages/feature-fork-batch/README.md', import.meta.url),
  'utf8',
);

test.each([arm64Contpte, x86_64])('the README has what fork costs on $id', (arch) => {
  const between = readme.split(`<!-- cost:${arch.id} -->\n`)[1]?.split('\n<!-- /cost -->')[0];
  expect(between).toBe(formatForkCostTable(forkCostTable(arch)));
});
