/** The race of `modules/large.mjs` on arm64-contpte: large enough to be cut up, interrupted and resumed. */

/** Its executions, as the commands print them. */
export const LARGE_EXECUTIONS = '661 598';
