/**
 * What the optimal search keeps besides the execution itself: a vector clock per event, a sleep set and
 * a wakeup tree per depth. All of it lives in typed arrays that are kept from one depth to the next, so
 * a step allocates nothing.
 */
import { grown } from '../automaton/footprints.js';
import type { Machine } from '../memory/machine.js';
import { WakeupTrees } from './wakeup.js';

export class DporState {
  readonly m: Machine;
  readonly agents: number;
  /** `clock[d * agents + a]`: one more than the newest event of agent a that happens before event d. */
  clock: Int32Array;
  /** `sleep[d * agents + a]`: the alternatives of a asleep at depth d; bit 0 unless it is a CHOOSE. */
  sleep: Int32Array;
  /** Footprint that the sleeping step had when it was taken. */
  sleepFoot: Int32Array;
  readonly trees = new WakeupTrees();
  /** Root list of the wakeup tree at each depth, without the branch being explored; -1 if empty. */
  tree: Int32Array;
  capacity = 256;
  /** Races found: pairs (earlier event, later event); earlier -1 means the later one needs a closer look. */
  races = new Int32Array(256);
  raceCount = 0;
  /** The sequence being inserted: agent (-1 once used up), alternative, footprint. */
  vAgent = new Int32Array(256);
  vChoice = new Int32Array(256);
  vFoot = new Int32Array(256);
  vLength = 0;
  /** Scratch for what a waiting step's candidates cover. */
  readonly covered: Int32Array;
  /** Scratch memory to try an atomic body on reordered values. */
  scratch: Int32Array;

  constructor(m: Machine) {
    this.m = m;
    this.agents = m.agents;
    const slice = this.capacity * m.agents;
    this.clock = new Int32Array(slice);
    this.sleep = new Int32Array(slice);
    this.sleepFoot = new Int32Array(slice);
    this.tree = new Int32Array(this.capacity).fill(-1);
    this.covered = new Int32Array(m.agents);
    this.scratch = new Int32Array(m.cells);
  }

  reset(): void {
    this.m.reset();
    this.sleep.fill(0, 0, this.agents);
    this.tree.fill(-1);
    this.trees.reset();
    this.raceCount = 0;
  }

  /** Make room for depth `d`. */
  reserve(d: number): void {
    if (d < this.capacity) return;
    const old = this.capacity;
    this.capacity = Math.max(d + 1, old * 2);
    const slice = this.capacity * this.agents;
    this.clock = grown(this.clock, slice);
    this.sleep = grown(this.sleep, slice);
    this.sleepFoot = grown(this.sleepFoot, slice);
    this.tree = grown(this.tree, this.capacity).fill(-1, old);
    this.vAgent = grown(this.vAgent, this.capacity + 1);
    this.vChoice = grown(this.vChoice, this.capacity + 1);
    this.vFoot = grown(this.vFoot, this.capacity + 1);
  }

  addRace(earlier: number, later: number): void {
    if (this.raceCount + 2 > this.races.length) this.races = grown(this.races, 0);
    this.races[this.raceCount++] = earlier;
    this.races[this.raceCount++] = later;
  }
}
