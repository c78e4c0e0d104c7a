/** What was said in the thread, and what decides it. */
import type { ThreadClaim } from '@racewalk/machine';
import { authorClaims } from './claims/author.js';
import { patchClaims } from './claims/patch.js';
import { reviewerClaims } from './claims/reviewer.js';

/** The claims, questions and objections of seed 001, in the order of the messages of each author. */
export const asDirtyClaims: readonly ThreadClaim[] = Object.freeze([
  ...patchClaims,
  ...reviewerClaims,
  ...authorClaims,
]);
