/**
 * One cell of the matrix: a race test, on an architecture, in one variant.
 */
import type { ArchPlugin } from '@racewalk/core';
import type { Params, Scenario } from '@racewalk/machine';

/** What a cell must come to: `holds`, `violates:CODE` or `not-applicable`. */
export type Expected = 'holds' | 'not-applicable' | `violates:${string}`;

/** What a cell came to. `bounded` is never spelled "passed". */
export type Verdict = 'holds' | 'violates' | 'bounded' | 'not-applicable' | 'nondeterministic' | 'error';

/** A cell that is planned. */
export interface Cell {
  /** Id of the scenario. */
  readonly test: string;
  /** Id of the plug-in. */
  readonly arch: string;
  /** `upstream` or `mutant:NAME`. */
  readonly variant: string;
  /** Where the question comes from. */
  readonly source: string;
  readonly expected: Expected;
  /** Why it does not apply, or why a mutant holds here all the same. */
  readonly reason?: string;
  /** What a mutant changes; absent for upstream. */
  readonly what?: string;
  readonly scenario: Scenario;
  readonly plugin: ArchPlugin;
  /** The sizes this cell is run with, the default first. Upstream must hold with all of them. */
  readonly sizes: readonly Params[];
}

/** The invariant a cell must break, or null. */
export function expectedCode(expected: Expected): string | null {
  return expected.startsWith('violates:') ? expected.slice('violates:'.length) : null;
}
