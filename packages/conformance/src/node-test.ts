/**
 * The adapter for `node:test`. This package never loads a test runner: its functions are handed in.
 */
import type { TestRunner } from './suite/runner.js';

/** What the adapter needs of `node:test`. */
export interface NodeTestFunctions {
  /** Groups tests. */
  readonly describe: (title: string, body: () => void) => unknown;
  /** Registers a test. */
  readonly it: (title: string, options: { skip?: string }, body: () => void | Promise<void>) => unknown;
}

/**
 * A {@link TestRunner} from the functions of `node:test`.
 *
 * @param nodeTest - `{ describe, it }` as imported from `node:test`
 */
export function nodeTestRunner(nodeTest: NodeTestFunctions): TestRunner {
  return {
    describe: (title, body) => void nodeTest.describe(title, body),
    it: (title, body) => void nodeTest.it(title, {}, () => body()),
    skip: (title, reason) => void nodeTest.it(title, { skip: reason }, () => undefined),
  };
}

export type { TestRunner } from './suite/runner.js';
