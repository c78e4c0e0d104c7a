/** What was said in the thread of 2019. */
import type { Claim } from '@racewalk/machine';

type Said = (
  says: string,
  decidedBy: readonly string[],
  answer: string,
  rest?: Pick<Claim, 'undecidable'>,
) => Claim;

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
