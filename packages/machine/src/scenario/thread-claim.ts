/** A claim, question or objection of a mailing-list thread, and what decides it. */
export interface ThreadClaim {
  /** Number of the seed thread. */
  readonly seed: '000' | '001' | '002' | '003' | '004';
  /** Author of the message. */
  readonly who: string;
  /** What was said or asked, in one line of our own words. */
  readonly says: string;
  /** Races that decide it, by id; `id#mutant:name` for a mutant. */
  readonly decidedBy: readonly string[];
  /** The answer, in a sentence or two. */
  readonly answer: string;
  /** Why this model cannot decide it, if it cannot. */
  readonly undecidable?: string;
}
