import { RacewalkError } from '@racewalk/core';
import fc from 'fast-check';

/** How laws are tried. */
export interface LawOptions {
  /** Trials per law; default 200. */
  readonly runs?: number;
  /** Seed of the trials; default 1, so that a run can be repeated. */
  readonly seed?: number;
}

/**
 * Try a law on arbitrary inputs: `law` answers null or a complaint. Throws `RACEWALK_LAW` with the
 * smallest counterexample found.
 *
 * fast-check's own message is not used: it prints inputs whole, and an interned word carries half of
 * the intern table.
 */
export function tryLaw<T>(
  inputs: fc.Arbitrary<T>,
  law: (input: T) => string | null,
  { runs = 200, seed = 1 }: LawOptions,
): void {
  const property = fc.property(inputs, (input) => law(input) === null);
  const { failed, counterexample, numRuns } = fc.check(property, { numRuns: runs, seed });
  if (!failed) return;
  const text = counterexample === null ? 'no input was found' : complaintOf(law, counterexample[0]);
  throw new RacewalkError('RACEWALK_LAW', `${text} (seed ${seed}, trial ${numRuns})`);
}

function complaintOf<T>(law: (input: T) => string | null, input: T): string {
  try {
    return law(input) ?? 'the law does not answer the same twice';
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  }
}
