/**
 * Memory as a list of messages. A message's time is its place in the list, from 1; time 0 is the initial state. A view is
 * a time: what is seen at least.
 */
import type { Value } from '../program/value.js';
import { bounded } from './bounded.js';

/** A store of a thread. */
export const WRITE = 0;
/** A descriptor that the hardware updates: access flag, dirty state. */
export const UPDATE = 1;
/** A TLB invalidation: `place` is the variable, or one of the two below; `value` is 1 if it reaches other CPUs. */
export const INVALIDATE = 2;
/** The barrier that completes invalidations of its thread; `list` has their times. */
export const COMPLETE = 3;

/** As the `place` of an invalidation. */
export const EVERY_PAGE = -1;
export const NO_PAGE = -2;

/** The thread of an update that no access of a thread has asked for. */
export const NOBODY = -1;

/** One message on its own. */
export interface Message {
  readonly kind: number;
  readonly place: number;
  readonly value: Value;
  readonly thread: number;
  readonly list: readonly number[];
}

/** Messages of the given memory and of the run at hand together. */
const MOST_MESSAGES = 256;

export class Messages {
  readonly kind = new Int32Array(MOST_MESSAGES);
  readonly place = new Int32Array(MOST_MESSAGES);
  readonly value = new Int32Array(MOST_MESSAGES);
  readonly thread = new Int32Array(MOST_MESSAGES);
  readonly list: (readonly number[])[] = [];
  length = 0;

  push(kind: number, place: number, value: Value, thread: number, list: readonly number[]): void {
    const i = this.length;
    if (i === MOST_MESSAGES) throw bounded(`${MOST_MESSAGES} messages`);
    this.kind[i] = kind;
    this.place[i] = place;
    this.value[i] = value;
    this.thread[i] = thread;
    this.list[i] = list;
    this.length = i + 1;
  }

  pop(): void {
    this.length--;
  }

  /** Whether message `time` is this one. */
  is(time: number, kind: number, place: number, value: Value, list: readonly number[]): boolean {
    const i = time - 1;
    return (
      this.kind[i] === kind &&
      this.place[i] === place &&
      this.value[i] === value &&
      sameList(this.list[i] ?? NONE, list)
    );
  }

  /** Whether the message at `time` writes word `place`. */
  writes(time: number, place: number): boolean {
    return this.kind[time - 1]! <= UPDATE && this.place[time - 1] === place;
  }

  /** The last message up to `time` that writes `place`; 0 if there is none. */
  lastAt(place: number, time: number): number {
    for (let t = time; t > 0; t--) if (this.writes(t, place)) return t;
    return 0;
  }

  /** Equal for equal memories. */
  key(): string {
    let key = '';
    for (let i = 0; i < this.length; i++) {
      key += `${this.kind[i]},${this.place[i]},${this.value[i]},${this.thread[i]},${this.list[i]?.join('.')};`;
    }
    return key;
  }
}

/** The list of messages that have none. */
export const NONE: readonly number[] = Object.freeze([]);

export const sameList = (a: readonly number[], b: readonly number[]): boolean =>
  a === b || (a.length === b.length && a.every((time, i) => time === b[i]));
