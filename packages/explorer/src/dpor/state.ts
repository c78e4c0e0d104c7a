/**
 * What the optimal search keeps besides the execution itself: a vector clock per event, a sleep set and
 * a wakeup tree per depth. All of it lives in typed arrays that are kept from one depth to the next, so
 * a step allocates nothing.
 */
import { grown } from '../automaton/footprints.js';
import { RacewalkError } from '../errors.js';
import type { Request } from '../jobs/types.js';
import type { Machine } from '../memory/machine.js';
import { twinsOf } from './twins.js';
import { WakeupTrees } from './wakeup.js';

/** An entry of the sequence being inserted is `event << Mark.SHIFT | mark`. */
export const enum Mark {
  SHIFT = 2,
  MASK = 3,
  /** Wakes a sleeper. */
  WAKES = 1,
  /** Has to come before the reversed step, or is it. */
  BEFORE = 2,
  /** Is in the tree already. */
  USED_UP = 3,
}

/** A race is a record of `R.SIZE` ints. */
export const enum R {
  SIZE = 4,
  /** The earlier event; -1 if the later one needs a closer look. */
  EARLIER = 0,
  LATER = 1,
  /** The event that settled it: no need to look again while that one stays. */
  SETTLED = 2,
  /** The newest event that settled this race or one listed before it. */
  NEWEST = 3,
  /** More than any event: a race that has to be looked at in every execution. */
  NEVER = 0x1fffffff,
}

/** More agents than bits of a mask cannot be told apart. */
export const MAX_AGENTS = 32;

export class DporState {
  readonly m: Machine;
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
  /** Footprint that the sleeping step had when it was taken. */
  sleepFoot: Int32Array;
  readonly trees = new WakeupTrees();
  /** Root list of the wakeup tree at each depth, without the branch being explored; -1 if empty. */
  tree: Int32Array;
  capacity = 256;
  /** Races of the present execution, by later event: records of three ints, see `R_EARLIER` and so on. */
  races = new Int32Array(512);
  raceCount = 0;
  /** Where the races of the newest events begin. */
  newRaces = 0;
  /** Per thread: where it waited at the end of the execution before (-1: it had ended), and what settled that. */
  readonly waitNode: Int32Array;
  readonly waitSettled: Int32Array;
  /**
   * The sequence being inserted: the events after `reversed` that do not happen after it, found as far as
   * anybody has asked (`sequenceEnd` of them, all those before event `unseen`); then the reversed step.
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
  /** Scratch for what a waiting step's candidates cover. */
  readonly covered: Int32Array;
  /** Scratch memory to try an atomic body on reordered values. */
  scratch: Int32Array;

  constructor(m: Machine) {
    if (m.agents > MAX_AGENTS) {
      throw new RacewalkError(
        'E_AGENTS',
        `${m.agents} agents (threads, and under TSO their store buffers); at most ${MAX_AGENTS} are possible`,
        { hint: 'leave threads out, or search with --strategy random' },
      );
    }
    this.m = m;
    this.agents = m.agents;
    const slice = this.capacity * m.agents;
    this.clock = new Int32Array(slice);
    this.asleep = new Int32Array(this.capacity);
    this.twins = twinsOf(m);
    this.twin = new Int32Array(this.capacity);
    this.sleep = new Int32Array(slice);
    this.sleepFoot = new Int32Array(slice);
    this.tree = new Int32Array(this.capacity).fill(-1);
    this.waitNode = new Int32Array(m.threads).fill(-1);
    this.waitSettled = new Int32Array(m.threads);
    this.covered = new Int32Array(m.agents);
    this.scratch = new Int32Array(m.cells);
  }

  /** Events before this depth stay: a job explores what comes after them. */
  floor = 0;
  /** Sequences that were hung into trees above the floor. */
  readonly requests: Request[] = [];

  reset(): void {
    this.floor = 0;
    this.requests.length = 0;
    this.m.reset();
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
