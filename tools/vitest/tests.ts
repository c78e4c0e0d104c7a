/** Which test files run when, and in which order. Paths from the root of the repository. */

/**
 * What `npm run test:deep` runs and `npm test` leaves out: tests that start the built command many times, kill it, run
 * whole matrices, pack every package, build the page, or run every command that a page names. CI runs both.
 */
export const DEEP: readonly string[] = [
  'apps/cli/test/matrix.test.ts',
  'apps/cli/test/pages.test.ts',
  'packages/conformance/test/broken.test.ts',
  'apps/cli/test/checkpoint.test.ts',
  'apps/cli/test/queue.test.ts',
  'apps/cli/test/workers.test.ts',
  'tools/test/pack.test.ts',
  'tools/test/generators.test.ts',
  'tools/test/mutate.test.ts',
  'apps/explorer/test/bad-inputs.test.ts',
  'apps/explorer/test/code.test.ts',
  'apps/explorer/test/budget.test.ts',
  'apps/explorer/test/page.test.ts',
  'apps/cli/test/queue-loss.test.ts',
  'apps/cli/test/queue-tls.test.ts',
  'tools/test/exact.test.ts',
  'tools/test/workers.test.ts',
  'tools/test/seeds-commands.test.ts',
  'apps/cli/test/strategies-agree-deep.test.ts',
  'apps/cli/test/flush-forms.test.ts',
  'tools/test/examples.test.ts',
];

/** Of `npm test`, what takes longest, longest first: a long file that begins last is waited for alone. */
export const LONG: readonly string[] = [
  'packages/conformance/test/broken-plugins.test.ts',
  'apps/cli/test/supervise.test.ts',
  'apps/cli/test/pieces.test.ts',
  'packages/arch-arm64/test/conformance.test.ts',
  'packages/arch-x86/test/conformance.test.ts',
  'packages/explorer/test/weak-exact.test.ts',
  'packages/explorer/test/estimate.test.ts',
  'packages/arch-riscv64/test/conformance.test.ts',
  'packages/conformance/test/suite.test.ts',
  'apps/cli/test/examples.test.ts',
  'apps/cli/test/strategies-agree.test.ts',
  'apps/cli/test/kernel-c-plugins.test.ts',
  'packages/explorer/test/exact.test.ts',
];

/** Set by `npm test` and `npm run test:deep`: which part; `all` for both. Without it: all, from the sources. */
export type Part = 'quick' | 'deep' | 'all';

/** @returns the part asked for by RACEWALK_TESTS, or undefined */
export function part(): Part | undefined {
  const asked = process.env.RACEWALK_TESTS;
  if (asked === undefined || asked === 'quick' || asked === 'deep' || asked === 'all') return asked;
  throw new Error(`RACEWALK_TESTS=${asked}: quick, deep or all was expected`);
}
