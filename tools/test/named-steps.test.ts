/** Every step of every race says what it is. */
import { CATALOGUE } from '@racewalk/cli';
import * as matrix from '@racewalk/conformance/matrix';
import { read } from '@racewalk/core/step';
import { describe, expect, it } from 'vitest';
import { unnamedSteps } from '../mutate/named-steps.mjs';

describe('every step is named', () => {
  it.each(['arm64-contpte', 'x86-pae', 'loongarch64'])('on %s', async (id) => {
    const arch = CATALOGUE.archs.find((a) => a.id === id)!;
    let races = 0;
    for (const race of CATALOGUE.scenarios) {
      const { steps, problems } = await unnamedSteps(matrix, race, arch);
      expect(problems).toEqual([]);
      if (steps > 0) races++;
    }
    expect(races).toBeGreaterThan(100);
  });

  it('and one that is not is found', async () => {
    const [arch, race] = [CATALOGUE.archs[0]!, CATALOGUE.scenarios[0]!];
    const silent = {
      ...race,
      id: 'test/silent',
      setup: (w: Parameters<typeof race.setup>[0]) => w.word('word'),
      agents: {
        one: {
          cpu: 0,
          role: 'kernel' as const,
          *run(_m: unknown, cell: number) {
            yield* read(cell);
          },
        },
      },
    };
    expect((await unnamedSteps(matrix, silent, arch)).problems).toEqual([
      `test/silent ${arch.id}: a step of one on word is called ""`,
    ]);
  });
});
