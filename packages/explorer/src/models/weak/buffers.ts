import type { Automata } from '../../program/automata.js';
import { access, Foot, grown, Mode } from '../../program/footprints.js';

/** Agents that a search can tell apart: `stateful` keeps sets of them in a word, with bits to spare. */
const MOST_AGENTS = 30;
/** Lanes of one thread, if there are few threads. */
const MOST_LANES = 14;

/** Lanes of each thread of a program with so many threads. */
export const lanesFor = (threads: number): number =>
  Math.max(1, Math.min(MOST_LANES, Math.floor(MOST_AGENTS / threads) - 1));

/** What an entry is. */
export const enum Stored {
  /** A plain store. */
  PLAIN = 0,
  /** The store that releases a lock. */
  UNLOCK = 1,
  /** The store of an exchange whose load is made: until it leaves, nobody else stores to the word. */
  CLAIM = 2,
}

/** What the stores need to know of an execution. */
interface Shape {
  readonly auto: Automata;
  readonly threads: number;
  readonly cells: number;
  readonly mem: Int32Array;
}

/**
 * The stores of each thread that are on their way to memory. Entries are numbered from 0 over the whole execution and
 * never moved. Entry e of a thread may leave when all entries below `after[e]` have (a barrier or a release says so),
 * and the earlier ones to its own word. Every entry owns one private cell (0: on its way, 1: in memory).
 *
 * **Claims.** An exchange that orders nothing loads at once, and its store may be seen late. Between the two nobody else
 * may store to the word: the private cell of the word says who has claimed it (0: nobody, else thread + 1). A claim waits
 * for no other store, so it can always leave.
 *
 * **Lanes.** What leaves must be an agent, and agents are few. So entries are put in lanes, and an agent moves those of one
 * lane, first in, first out. An entry joins a lane only behind one that it has to wait for anyway, so lanes forbid
 * nothing. Which lane that is depends on what the thread did, never on what has left by then: else two schedules that
 * differ in the order of independent steps would not be the same. Lane l of thread t is agent `threads * (1 + l) + t`.
 */
export class WeakBuffers {
  readonly threads: number;
  readonly lanes: number;
  readonly #x: Shape;
  /** Per thread: stores issued, and below which entry all come first, by the newest barrier of stores. */
  readonly issued: Int32Array;
  readonly mark: Int32Array;
  /** Per lane (at `lane * threads + thread`): its first entry that has not left, and its newest one; -1 if none. */
  readonly head: Int32Array;
  readonly tail: Int32Array;
  /** Per thread: what it touches when it issues a store, as a footprint. */
  readonly issuing: readonly number[];
  /** Per entry (at `entry * threads + thread`). */
  cell = new Int32Array(64);
  value = new Int32Array(64);
  event = new Int32Array(64);
  kind = new Int32Array(64);
  after = new Int32Array(64);
  lane = new Int32Array(64);
  /** Neighbours in the lane; -1 if there are none. */
  previous = new Int32Array(64);
  next = new Int32Array(64);
  /** What {@link newest} and {@link before} have found: entries of one thread. */
  readonly found: Int32Array;

  constructor(x: Shape) {
    const { threads, auto } = x;
    this.#x = x;
    this.threads = threads;
    this.lanes = lanesFor(threads);
    this.issued = new Int32Array(threads);
    this.mark = new Int32Array(threads);
    this.head = new Int32Array(threads * this.lanes);
    this.tail = new Int32Array(threads * this.lanes);
    this.found = new Int32Array(this.lanes + 1);
    this.issuing = auto.program.threads.map(({ interruptible = false }, t) =>
      interruptible ? auto.foots.extend(Foot.NONE, access(this.issuedCell(t), Mode.WRITE)) : Foot.NONE,
    );
  }

  reset(): void {
    this.issued.fill(0);
    this.mark.fill(0);
    this.head.fill(-1);
    this.tail.fill(-1);
  }

  /** The private cell of an entry. */
  entryCell(thread: number, entry: number): number {
    return 2 * this.#x.cells + (entry + 1) * this.threads + thread;
  }

  /** The private cell that counts the stores a thread has issued. */
  issuedCell(thread: number): number {
    return this.#x.cells + thread;
  }

  /** The private cell that says who has claimed a word. */
  claimCell(cell: number): number {
    return this.#x.cells + this.threads + cell;
  }

  /** Whether a word is claimed. */
  isClaimed(cell: number): boolean {
    return this.#x.mem[this.claimCell(cell)]! > 0;
  }

  hasLeft(thread: number, entry: number): boolean {
    return this.#x.mem[this.entryCell(thread, entry)] === 1;
  }

  isEmpty(thread: number): boolean {
    for (let at = thread; at < this.head.length; at += this.threads) if (this.head[at]! >= 0) return false;
    return true;
  }

  /** The newest of the first `issued` stores of `thread` that went to `cell`, or -1. */
  newestTo(thread: number, cell: number, issued: number): number {
    for (let entry = issued - 1; entry >= 0; entry--) {
      if (this.cell[entry * this.threads + thread] === cell) return entry;
    }
    return -1;
  }

  /** The newest of the first `issued` stores of `thread` that released a lock, after all before it; or -1. */
  newestUnlock(thread: number, issued: number): number {
    for (let entry = issued - 1; entry >= 0; entry--) {
      const at = entry * this.threads + thread;
      if (this.kind[at] === Stored.UNLOCK && this.after[at] === entry) return entry;
    }
    return -1;
  }

  /** The store on its way that a load of `cell` by `thread` reads, or -1 if it reads memory. */
  forwards(thread: number, cell: number): number {
    const entry = this.newestTo(thread, cell, this.issued[thread]!);
    return entry >= 0 && !this.hasLeft(thread, entry) ? entry : -1;
  }

  /** What `thread` sees in `cell`: its own newest store on its way, else memory. */
  visible(thread: number, cell: number): number {
    const entry = this.forwards(thread, cell);
    return entry >= 0 ? this.value[entry * this.threads + thread]! : this.#x.mem[cell]!;
  }

  /**
   * The newest entries below `end` of each lane of `thread`, without those that must leave before another of them. If
   * these have left, all below `end` have. They are in {@link found}; returns how many.
   */
  newest(thread: number, end: number): number {
    let count = 0;
    let lanes = 0;
    let floor = 0;
    for (let entry = end - 1; entry >= floor; entry--) {
      const at = entry * this.threads + thread;
      const bit = 1 << this.lane[at]!;
      if (this.after[at]! > floor) floor = this.after[at]!;
      if ((lanes & bit) !== 0) continue;
      lanes |= bit;
      this.found[count++] = entry;
    }
    return count;
  }

  /** The entries that must have left before `entry` may, without those that they themselves wait for. */
  before(thread: number, entry: number): number {
    const at = entry * this.threads + thread;
    const end = this.after[at]!;
    const count = this.newest(thread, end);
    const same = this.newestTo(thread, this.cell[at]!, entry);
    if (same < end || same === this.previous[at]) return count;
    this.found[count] = same;
    return count + 1;
  }

  /** Whether the first entry of a lane may leave. */
  mayLeave(thread: number, lane: number): boolean {
    const entry = this.head[lane * this.threads + thread]!;
    if (entry < 0) return false;
    const at = entry * this.threads + thread;
    if (this.kind[at] !== Stored.CLAIM && this.isClaimed(this.cell[at]!)) return false;
    for (let left = this.before(thread, entry); left > 0; left--) {
      if (!this.hasLeft(thread, this.found[left - 1]!)) return false;
    }
    return true;
  }

  /** Add a store; returns its private cell. */
  issue(thread: number, cell: number, value: number, event: number, kind: Stored, release: boolean): number {
    const after = release ? this.issued[thread]! : this.mark[thread]!;
    return this.add(thread, cell, value, event, kind, after, this.laneOf(thread, cell, after));
  }

  /** The same in a lane, after the entries below `after`. */
  add(
    thread: number,
    cell: number,
    value: number,
    event: number,
    kind: Stored,
    after: number,
    lane: number,
  ): number {
    const entry = this.issued[thread]!++;
    const at = entry * this.threads + thread;
    if (at >= this.cell.length) this.#grow(at + 1);
    this.cell[at] = cell;
    this.value[at] = value;
    this.event[at] = event;
    this.kind[at] = kind;
    this.after[at] = after;
    this.#join(thread, entry, lane);
    return this.entryCell(thread, entry);
  }

  /**
   * The lane in which a store to `cell` waits anyway for whoever is there; -1 if there is none. Entries below `after` that
   * have left make no difference: they are no part of the state.
   */
  laneOf(thread: number, cell: number, after: number): number {
    let free = -1;
    for (let lane = this.lanes - 1; lane >= 0; lane--) {
      const last = this.tail[lane * this.threads + thread]!;
      if (last < after) free = lane;
      else if (this.cell[last * this.threads + thread] === cell) return lane;
    }
    return free;
  }

  /** Put `entry` at the end of `lane`. */
  #join(thread: number, entry: number, lane: number): void {
    const at = entry * this.threads + thread;
    const l = lane * this.threads + thread;
    const last = this.tail[l]!;
    this.lane[at] = lane;
    this.previous[at] = last;
    this.next[at] = -1;
    if (last >= 0) this.next[last * this.threads + thread] = entry;
    if (this.head[l]! < 0) this.head[l] = entry;
    this.tail[l] = entry;
  }

  /** The first entry of a lane leaves; returns it. */
  leave(thread: number, lane: number): number {
    const l = lane * this.threads + thread;
    const entry = this.head[l]!;
    this.head[l] = this.next[entry * this.threads + thread]!;
    return entry;
  }

  /** Take back that the first of the entries of `thread` from `count` on were issued. */
  unissue(thread: number, count: number): void {
    const at = count * this.threads + thread;
    const l = this.lane[at]! * this.threads + thread;
    const last = this.previous[at]!;
    this.tail[l] = last;
    if (last >= 0) this.next[last * this.threads + thread] = -1;
    if (this.head[l] === count) this.head[l] = -1;
    this.issued[thread] = count;
  }

  #grow(size: number): void {
    for (const field of ['cell', 'value', 'event', 'kind', 'after', 'lane', 'previous', 'next'] as const) {
      this[field] = grown(this[field], size);
    }
  }
}
