/** What was said in the thread of 2019. */
import type { ThreadClaim } from '@racewalk/machine';

type Said = (
  says: string,
  decidedBy: readonly string[],
  answer: string,
  rest?: Pick<ThreadClaim, 'undecidable'>,
) => ThreadClaim;

/** Claims of one person; tests by their names in this family, or by whole ids. */
export const saidBy =
  (who: string): Said =>
  (says, decidedBy, answer, rest = {}) => ({
    seed: '001',
    who,
    says,
    decidedBy: decidedBy.map((id) => (id.includes('/') ? id : `as-dirty/${id}`)),
    answer,
    ...rest,
  });
