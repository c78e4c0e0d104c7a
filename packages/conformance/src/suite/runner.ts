/**
 * The test runner, as the suite sees it. Vitest, `node:test`, Mocha and Jest all have these two.
 */

/** What the suite needs of a test runner. */
export interface TestRunner {
  /** Group tests under a title. `body` registers them and returns at once. */
  describe(title: string, body: () => void): void;
  /** Register a test; it fails if `body` throws or rejects. */
  it(title: string, body: () => void | Promise<void>): void;
  /** Register a test that is not run, with the reason. Without it, a passing test carries the reason. */
  skip?(title: string, reason: string): void;
}
