import { RacewalkError } from '@racewalk/core';
import fc from 'fast-check';
import { PLUGIN } from '../error-codes.js';

/** How laws are tried. */
export interface LawOptions {
  /** Trials per law; default 200. */
  readonly runs?: number;
  /** Seed of the trials; default 1, so that a run can be repeated. */
  readonly seed?: number;
}

/**
 * Try a law on arbitrary inputs: `law` returns null or a complaint. Throws `RACEWALK_LAW` with the
 * smallest counterexample found, and what `explain` has to say about it.
 *
 * fast-check's own message is not used: it prints inputs whole, and an interned word carries half of
 * the intern table.
 */
export function tryLaw<T>(
  inputs: fc.Arbitrary<T>,
  law: (input: T) => string | null,
  { runs = 200, seed = 1 }: LawOptions,
  explain: (input: T) => readonly string[] = () => [],
): void {
  const property = fc.property(inputs, (input) => law(input) === null);
  const { failed, counterexample, numRuns } = fc.check(property, { numRuns: runs, seed });
  if (!failed) return;
  const [text, details] =
    counterexample === null
      ? ['no input was found', []]
      : [complaintOf(law, counterexample[0]), detailsOf(explain, counterexample[0])];
  const message = [`${text} (seed ${seed}, trial ${numRuns})`, ...details.map((line) => `  ${line}`)];
  throw new RacewalkError('RACEWALK_LAW', message.join('\n'), { hint: PLUGIN.codes.RACEWALK_LAW.todo });
}

/** A law that throws may do so again. */
function detailsOf<T>(explain: (input: T) => readonly string[], input: T): readonly string[] {
  try {
    return explain(input);
  } catch {
    return [];
  }
}

function complaintOf<T>(law: (input: T) => string | null, input: T): string {
  try {
    return law(input) ?? 'the law does not answer the same twice';
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  }
}
