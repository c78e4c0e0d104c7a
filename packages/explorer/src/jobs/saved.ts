import type { Asleep, JobStep, Rest, SavedFoot } from '../searches/dpor/pieces.js';
import type { Counterexample } from '../types.js';
import type { FrontierCounts } from './types.js';

/**
 * A node of the tree. `parent` is the number of the node above it; children of one node are listed in their
 * order.
 */
export interface SavedNode {
  readonly parent: number;
  readonly step: JobStep;
  readonly foot: SavedFoot;
  /** Handed out: a request from above finds a leaf here. */
  readonly begun?: true;
  /** The step that leads there has been counted. */
  readonly counted?: true;
  readonly done?: true;
  /** The agents that sleep there, except for the branches below. */
  readonly asleep?: Asleep;
}

/** A search in pieces, as plain JSON. */
export interface SavedFrontier {
  readonly schema: 'racewalk.frontier/2';
  readonly base: readonly number[];
  readonly awaited: readonly number[];
  readonly ored: readonly number[];
  readonly counts: FrontierCounts;
  readonly automata: number;
  readonly tooLong: boolean;
  readonly fault?: Counterexample;
  readonly nodes: readonly SavedNode[];
  /** Leaves that have been begun and not done, by their number, and where they stand. */
  readonly pieces: readonly { readonly node: number; readonly rest?: Rest }[];
}
