/**
 * The adapter for Vitest. This package never loads a test runner: its functions are handed in.
 */
import type { TestRunner } from './suite/runner.js';

/** What the adapter needs of Vitest. */
export interface VitestFunctions {
  /** Groups tests. */
  readonly describe: (title: string, body: () => void) => unknown;
  /** Registers a test. */
  readonly it: (
    title: string,
    body: (context: { skip(reason: string): void }) => void | Promise<void>,
    timeout: number,
  ) => unknown;
}

/**
 * A {@link TestRunner} from Vitest's own functions.
 *
 * @param vitest - `{ describe, it }` as imported from `vitest`
 * @param timeout - milliseconds a test may take; default 60 000, since a test explores a whole race
 */
export function vitestRunner(vitest: VitestFunctions, timeout = 60_000): TestRunner {
  return {
    describe: (title, body) => void vitest.describe(title, body),
    it: (title, body) => void vitest.it(title, () => body(), timeout),
    skip: (title, reason) => void vitest.it(title, (context) => context.skip(reason), timeout),
  };
}

export type { TestRunner } from './suite/runner.js';
