/** Cells of a report as tests of its pages make them up. */
import type { ReportCell } from '@racewalk/conformance/matrix';

/** A cell that holds, with what is given instead. */
export const cellOf = (test: string, given: Partial<ReportCell> = {}): ReportCell => ({
  test,
  arch: 'arm64-contpte',
  variant: 'upstream',
  source: 's',
  expected: 'holds',
  verdict: 'holds',
  asExpected: true,
  executions: 1,
  blocked: 0,
  steps: 1,
  ms: 1,
  ...given,
});
