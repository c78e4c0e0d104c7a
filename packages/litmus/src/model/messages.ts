/**
 * Memory as a list of messages. A message's time is its place in the list, from 1; time 0 is the initial state. A view is
 * a time: what is seen at least.
 */
import type { Value } from '../program/value.js';

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

export class Messages {
  readonly kind: number[] = [];
  readonly place: number[] = [];
  readonly value: Value[] = [];
  readonly thread: number[] = [];
  readonly list: (readonly number[])[] = [];

  get length(): number {
    return this.kind.length;
  }

  push({ kind, place, value, thread, list }: Message): void {
    this.kind.push(kind);
    this.place.push(place);
    this.value.push(value);
    this.thread.push(thread);
    this.list.push(list);
  }

  pop(): void {
    this.kind.pop();
    this.place.pop();
    this.value.pop();
    this.thread.pop();
    this.list.pop();
  }

  /** Whether the message at `time` writes word `place`. */
  writes(time: number, place: number): boolean {
    return (this.kind[time - 1] ?? COMPLETE) <= UPDATE && this.place[time - 1] === place;
  }

  /** The last message up to `time` that writes `place`; 0 if there is none. */
  lastAt(place: number, time: number): number {
    for (let t = time; t > 0; t--) if (this.writes(t, place)) return t;
    return 0;
  }

  /** Equal for equal lists. */
  key(): string {
    return this.kind
      .map(
        (kind, i) => `${kind},${this.place[i]},${this.value[i]},${this.thread[i]},${this.list[i]?.join('.')}`,
      )
      .join(';');
  }
}
