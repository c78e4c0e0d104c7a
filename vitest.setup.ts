/**
 * Property tests draw a new seed each run. With RACEWALK_FC_SEED they all use that one, so that a run can be
 * repeated; RACEWALK_FC_RUNS makes them try more cases.
 */
import fc from 'fast-check';

const { RACEWALK_FC_SEED: seed, RACEWALK_FC_RUNS: runs } = process.env;
if (seed !== undefined || runs !== undefined) {
  fc.configureGlobal({
    ...(seed === undefined ? {} : { seed: Number(seed) }),
    ...(runs === undefined ? {} : { numRuns: Number(runs) }),
  });
}
