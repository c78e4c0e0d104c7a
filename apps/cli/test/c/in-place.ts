/** Operations of operations.c in place of those in TypeScript. */
import { readFileSync } from 'node:fs';
import { plan, runCell } from '@racewalk/conformance/matrix';
import { readFunctions } from '@racewalk/kernel-c';
import type { Mutant, Scenario } from '@racewalk/machine';
import { expect } from 'vitest';
import { CATALOGUE } from '../../src/catalogue.js';

export const TEXT = readFileSync(new URL('./operations.c', import.meta.url), 'utf8');

const FAMILIES = /^(zap|mremap|access-flags|fork-batch|reclaim)\//;

/** The races that the text runs in. */
export const RACES = CATALOGUE.scenarios
  .filter(({ id }) => FAMILIES.test(id))
  .map((race) => [race.id, race] as const);

/** A race whose only mutant is the text: the verdict of its operations in place of ours. */
export function withText(scenario: Scenario, text: string): Scenario {
  const { patch } = readFunctions(text, 'operations.c');
  const c: Mutant<unknown> = { what: 'C', breaks: 'LIVE', why: '', unless: () => 'as in TypeScript', patch };
  return { ...scenario, mutants: { c } };
}

/** The cells with the text on a plug-in: one, or none where the race does not exist. */
export const cellsWith = (scenario: Scenario, arch: string, variant = 'mutant:c') =>
  plan(
    CATALOGUE.archs.filter(({ id }) => id === arch),
    [scenario],
    { variant },
  ).cells.filter((cell) => cell.expected !== 'not-applicable');

/** Ours holds, as the conformance suite checks; the text has to come to the same. */
export async function sameVerdict(race: Scenario, arch: string): Promise<void> {
  const changed = withText(race, TEXT);
  const ours = cellsWith(changed, arch, 'upstream').map(({ expected }) => expected);
  for (const [i, cell] of cellsWith(changed, arch).entries()) {
    const { verdict, detail } = await runCell(cell);
    expect(`${verdict} ${detail ?? ''}`.trim()).toBe(ours[i]);
  }
}
