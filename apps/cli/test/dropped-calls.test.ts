/** A flush, a notifier, a count that is left out of a function of the kernel breaks something. */
import { describe, expect, test } from 'vitest';
import { CATALOGUE } from '../src/catalogue.js';
import { DROPPED } from './truth/dropped.js';
import { verdictOf } from './truth/verdict.js';

const { archs } = CATALOGUE;

describe('a call that is dropped', () => {
  test.each(DROPPED.map((call) => [call.caller, call.callee, call] as const))('%s: %s', (_a, _b, call) => {
    const verdicts = (variant: string) =>
      archs.map(({ id }) => `${id}: ${verdictOf(call.race, id, variant)}`);
    expect(verdicts('upstream')).toEqual(archs.map(({ id }) => `${id}: holds`));
    expect(verdicts('mutant:dropped')).toEqual(archs.map((arch) => `${arch.id}: ${call.expected(arch)}`));
  });
});
