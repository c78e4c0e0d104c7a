/**
 * What the optimal search keeps besides the execution itself: a vector clock per event, a sleep set and
 * a wakeup tree per depth. All of it lives in typed arrays that are kept from one depth to the next, so
 * a step allocates nothing.
 */

import { RacewalkError } from '../../errors.js';
import type { Execution } from '../../execution/execution.js';
import { grown } from '../../program/footprints.js';
import { PastWithout } from './past.js';
import type { Request } from './pieces.js';
import { WakeupTrees } from './wakeup.js';

/** An entry of the sequence being inserted is `event << Mark.SHIFT | mark`. */
export const enum Mark {
  SHIFT = 2,
  MASK = 3,
  /** Wakes a sleeping agent. */
  WAKES = 1,
  /** Must come before the reversed step, or is the reversed step. */
  BEFORE = 2,
  /** Already in the tree. */
  USED_UP = 3,
}

/** A race is a record of `R.SIZE` ints. */
export const enum R {
  SIZE = 4,
  /** The earlier event; -1 if the later one needs a closer look, {@link R.OLDER} if it may return an older value. */
  EARLIER = 0,
  LATER = 1,
  /** The event that settled it: while that event stays, the race needs no second look. */
  SETTLED = 2,
  /** The newest event that settled this race or one listed before it. */
  NEWEST = 3,
  /** More than any event: the race must be looked at in every execution. */
  NEVER = 0x1fffffff,
  /** Instead of an earlier event. */
  OLDER = -2,
}

/** Sets of agents are bits of one word. */
export const MAX_AGENTS = 32;

export class DporState {
  readonly x: Execution;
  readonly agents: number;
  /** `clock[d * agents + a]`: one more than the newest event of agent a that happens before event d. */
  clock: Int32Array;
  /** Bit a of `asleep[d]`: agent a sleeps at depth d. The two arrays below are valid for those only. */
  asleep: Int32Array;
  /** Pairs of interchangeable threads, and per depth a mask of those that wait for their elder twin there. */
  readonly twins: readonly number[];
  twin: Int32Array;
  /** `sleep[d * agents + a]`: the alternatives of a asleep at depth d; bit 0 unless it is a CHOOSE. */
  sleep: Int32Array;
  /** The footprint that the sleeping step had when it was executed. */
  sleepFoot: Int32Array;
  readonly trees = new WakeupTrees();
  /** Root list of the wakeup tree at each depth, without the branch being explored; -1 if empty. */
  tree: Int32Array;
  capacity = 256;
  /** Races of the present execution, ordered by their later event: records of {@link R.SIZE} ints. */
  races = new Int32Array(512);
  raceCount = 0;
  /** Where the races of the newest events begin. */
  newRaces = 0;
  /** Per thread: where it waited at the end of the execution before (-1: it had ended), and what settled that. */
  readonly waitNode: Int32Array;
  readonly waitSettled: Int32Array;
  /**
   * The sequence being inserted: the events after `reversed` that do not happen after it, then the reversed
   * step. `sequenceEnd` of the events have been looked for, all those before event `unseen`.
   */
  sequence = new Int32Array(256);
  sequenceEnd = 0;
  unseen = 0;
  reversed = 0;
  /** The reversed step is not, or not quite, the event `later` that it comes from. */
  later = 0;
  lastMark = 0;
  lastAgent = 0;
  lastChoice = 0;
  lastFoot = 0;
  /** Scratch: a vector clock of what the reversals of a waiting step have covered. */
  readonly covered: Int32Array;
  /** The state in which a reversed step is imagined. */
  readonly past: PastWithout;

  constructor(x: Execution) {
    if (x.agents > MAX_AGENTS) {
      throw new RacewalkError(
        'E_AGENTS',
        `${x.agents} agents (threads, and under TSO their store buffers); at most ${MAX_AGENTS} are possible`,
        { hint: 'leave threads out, or search with --strategy random' },
      );
    }
    this.x = x;
    this.agents = x.agents;
    const slice = this.capacity * x.agents;
    this.clock = new Int32Array(slice);
    this.asleep = new Int32Array(this.capacity);
    this.twins = twinsOf(x);
    this.twin = new Int32Array(this.capacity);
    this.sleep = new Int32Array(slice);
    this.sleepFoot = new Int32Array(slice);
    this.tree = new Int32Array(this.capacity).fill(-1);
    this.waitNode = new Int32Array(x.threads).fill(-1);
    this.waitSettled = new Int32Array(x.threads);
    this.covered = new Int32Array(x.agents);
    this.past = new PastWithout(this);
  }

  /** Events before this depth are never undone: a job explores what follows them. */
  floor = 0;
  /** Sequences to be inserted above the floor, for the frontier. */
  readonly requests: Request[] = [];

  reset(): void {
    this.floor = 0;
    this.requests.length = 0;
    this.x.reset();
    this.asleep[0] = 0;
    this.tree.fill(-1);
    this.trees.reset();
    this.raceCount = 0;
    this.waitNode.fill(-1);
  }

  /** Make room for depth `d`. */
  reserve(d: number): void {
    if (d < this.capacity) return;
    const old = this.capacity;
    this.capacity = Math.max(d + 1, old * 2);
    const slice = this.capacity * this.agents;
    this.clock = grown(this.clock, slice);
    this.asleep = grown(this.asleep, this.capacity);
    this.twin = grown(this.twin, this.capacity);
    this.sleep = grown(this.sleep, slice);
    this.sleepFoot = grown(this.sleepFoot, slice);
    this.tree = grown(this.tree, this.capacity).fill(-1, old);
    this.sequence = grown(this.sequence, this.capacity);
  }

  addRace(earlier: number, later: number): void {
    const { raceCount } = this;
    if (raceCount + R.SIZE > this.races.length) this.races = grown(this.races, 0);
    this.races[raceCount + R.EARLIER] = earlier;
    this.races[raceCount + R.LATER] = later;
    this.races[raceCount + R.SETTLED] = R.NEVER;
    this.races[raceCount + R.NEWEST] = R.NEVER;
    this.raceCount = raceCount + R.SIZE;
  }
}

/** Pairs of an elder and a younger twin, one after the other. */
function twinsOf(x: Execution): number[] {
  const pairs: number[] = [];
  for (const threads of x.program.symmetric ?? []) {
    for (let i = 1; i < threads.length; i++) pairs.push(threads[i - 1]!, threads[i]!);
  }
  return pairs;
}
