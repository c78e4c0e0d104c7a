import type { Counterexample } from '../types.js';
import type { FrontierCounts } from './frontier.js';
import type { Asleep, JobStep, Rest, SavedTree } from './types.js';

/** A node of the prefixes, by the number of the node above it. */
export interface SavedNode {
  readonly parent: number;
  readonly step: JobStep;
  readonly inherited: Asleep;
  /** First steps of the branches given out, oldest first. */
  readonly begun: readonly JobStep[];
  readonly pending: readonly SavedTree[];
}

/** A search in pieces, as plain JSON. */
export interface SavedFrontier {
  readonly schema: 'racewalk.frontier/1';
  readonly base: readonly number[];
  readonly awaited: readonly number[];
  readonly ored: readonly number[];
  readonly counts: FrontierCounts;
  readonly automata: number;
  readonly tooLong: boolean;
  readonly fault?: Counterexample;
  readonly nodes: readonly SavedNode[];
  readonly pieces: readonly {
    readonly under: number;
    readonly step: JobStep;
    readonly subtree: readonly SavedTree[];
    readonly asleep?: Asleep;
    readonly rest?: Rest;
  }[];
}
