/**
 * One thread alone against a given memory: what it can do, which of its messages it owes, which new ones it may append.
 * The steps are in `local.ts`, `access.ts` and the files these call.
 */
import type { LitmusTest, Thread } from '../program/test.js';
import { bitsOf, type Value } from '../program/value.js';
import type { Mmu } from '../vmsa/mmu.js';
import type { Message, Messages } from './messages.js';
import type { Places } from './places.js';
import type { OrderRules } from './rules.js';
import { type Layout, PROMISED, type State } from './state.js';

/** What all threads of a test share. */
export interface Model {
  readonly test: LitmusTest;
  readonly places: Places;
  readonly rules: OrderRules;
  /** Translation; null where addresses are those of memory. */
  readonly mmu: Mmu | null;
  /** Backward jumps that a thread may take. */
  readonly unroll: number;
}

/** What goes on behind a step: true if the thread can end from there with all it owes. */
export type Next = (state: State) => boolean;

export class Run {
  readonly thread: Thread;
  readonly #places = new Map<Value, number>();
  readonly #offsets = new Map<number, number>();
  /** Own messages of the given memory that this run must make. */
  own: readonly number[] = [];
  /** Messages of the given memory; later ones are the run's own. */
  given = 0;
  /** New messages that the thread may promise. */
  candidates: Message[] = [];
  /** A path was left because it jumps back too often. */
  cut = false;

  constructor(
    readonly model: Model,
    readonly id: number,
    readonly messages: Messages,
    public layout: Layout,
  ) {
    this.thread = model.test.threads[id]!;
  }

  /** The word that an address leads to. */
  placeOf(address: Value): number {
    let place = this.#places.get(address);
    if (place === undefined) {
      place = this.model.places.at(bitsOf(address));
      this.#places.set(address, place);
    }
    return place;
  }

  /** An offset within a page by number. */
  offsetOf(offset: number): number {
    let number = this.#offsets.get(offset);
    if (number === undefined) {
      number = this.#offsets.size;
      this.#offsets.set(offset, number);
    }
    return number;
  }

  get offsets(): number {
    return this.#offsets.size;
  }

  /** What word `place` holds after message `time`. */
  content(time: number, place: number): Value {
    return time === 0 ? this.model.places.initial(place) : (this.messages.value[time - 1] ?? 0);
  }

  /** Whether message `time` is an own one that is not made yet. */
  owes(state: State, time: number): boolean {
    const bit = this.own.indexOf(time);
    return bit >= 0 && (((state[PROMISED] ?? 0) >> bit) & 1) === 1;
  }

  /** A copy in which message `time` is made. */
  #made(state: State, time: number): State {
    const copy = state.slice();
    const bit = this.own.indexOf(time);
    if (bit >= 0) copy[PROMISED] = (copy[PROMISED] ?? 0) & ~(1 << bit);
    return copy;
  }

  /** Try every time above `above` at which the thread may have a message: those it owes, and a new one. */
  eachTime(state: State, above: number, use: (time: number, isNew: boolean) => boolean): boolean {
    let any = false;
    let owed = state[PROMISED] ?? 0;
    for (let bit = 0; owed !== 0; bit++, owed >>>= 1) {
      const time = this.own[bit] ?? 0;
      if ((owed & 1) === 1 && time > above && use(time, false)) any = true;
    }
    const time = this.messages.length + 1;
    return use(time, true) || any;
  }

  /**
   * Make a message at `time`, which `eachTime` gave; `least` is the view that it must lie above. False if the message
   * there is another one.
   */
  make(state: State, time: number, message: Omit<Message, 'thread'>, least: number, next: Next): boolean {
    const { messages } = this;
    if (time <= messages.length) {
      const same =
        messages.kind[time - 1] === message.kind &&
        messages.place[time - 1] === message.place &&
        messages.value[time - 1] === message.value &&
        sameList(messages.list[time - 1] ?? NONE, message.list);
      return same && next(this.#made(state, time));
    }
    messages.push({ ...message, thread: this.id });
    const ok = next(state.slice());
    messages.pop();
    // It can be promised now if nothing it waits for comes later than the given memory.
    if (ok && least <= this.given) this.#remember({ ...message, thread: this.id });
    return ok;
  }

  #remember(message: Message): void {
    const known = this.candidates.some(
      ({ kind, place, value, list }) =>
        kind === message.kind &&
        place === message.place &&
        value === message.value &&
        sameList(list, message.list),
    );
    if (!known) this.candidates.push(message);
  }
}

/** The list of messages that have none. */
export const NONE: readonly number[] = Object.freeze([]);

const sameList = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((time, i) => time === b[i]);
