/** The path from the initial state to where the search stands: what is left to do in each state on it. */
import { grown } from '../../program/footprints.js';

/** A frame is a record of `F.SIZE` ints. */
export const enum F {
  SIZE = 9,
  /** Record of the state. */
  STATE = 0,
  /** Agents, as bits: enabled; to be moved; moved already; asleep. */
  ENABLED = 1,
  SET = 2,
  DONE = 3,
  SLEEP = 4,
  /** The agent being moved (-1: none yet) and its alternatives that are left. */
  AGENT = 5,
  LEFT = 6,
  /** What was known when the set was made. */
  EPOCH = 7,
  /** 1: the first visit. 0: some agents that slept in all earlier visits have to be moved. */
  FIRST = 8,
}

export class Frames {
  readonly #agents: number;
  data = new Int32Array(256 * F.SIZE);
  /** Footprint of the next step of each agent, per frame. */
  foots: Int32Array;
  #capacity = 256;

  constructor(agents: number) {
    this.#agents = agents;
    this.foots = new Int32Array(256 * agents);
  }

  /** Make room for frame `depth`. */
  reserve(depth: number): void {
    if (depth < this.#capacity) return;
    this.#capacity = Math.max(depth + 1, this.#capacity * 2);
    this.data = grown(this.data, this.#capacity * F.SIZE);
    this.foots = grown(this.foots, this.#capacity * this.#agents);
  }
}
