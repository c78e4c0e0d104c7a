/**
 * One thread alone against a given memory: what it can do, which of its messages it owes, which new ones it may append.
 * The steps are in `local.ts`, `access.ts` and the files these call.
 */
import type { LitmusTest, Thread } from '../program/test.js';
import { bitsOf, type Value } from '../program/value.js';
import type { Mmu } from '../vmsa/mmu.js';
import { type Message, type Messages, sameList } from './messages.js';
import type { Places } from './places.js';
import type { OrderRules } from './rules.js';
import { type Layout, MADE, PROMISED, type State, view } from './state.js';

/** What all threads of a test share. */
export interface Model {
  readonly test: LitmusTest;
  readonly places: Places;
  readonly rules: OrderRules;
  /** Translation; null where addresses are those of memory. */
  readonly mmu: Mmu | null;
  /** Rounds of loops in which a thread may store. */
  readonly unroll: number;
}

/** What goes on behind a step: true if the thread can end from there with all it owes. */
export type Next = (state: State) => boolean;

export class Run {
  readonly thread: Thread;
  readonly #places = new Map<Value, number>();
  readonly #offsets = new Map<number, number>();
  readonly #free: State[] = [];
  #taken = 0;
  /** Own messages of the given memory that this run must make. */
  own: readonly number[] = [];
  /** Messages of the given memory; later ones are the run's own. */
  given = 0;
  /** New messages that the thread may promise. */
  candidates: Message[] = [];
  /** A path was left because of a loop. */
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
    return bit >= 0 && ((view(state, PROMISED) >> bit) & 1) === 1;
  }

  /**
   * A copy of a state. Copies are given back in the order last in, first out, and used again: a search takes one for each
   * step.
   */
  copy(state: State): State {
    const free = this.#free;
    let copy = free[this.#taken];
    if (copy === undefined) {
      copy = new Int32Array(state.length);
      free.push(copy);
    }
    this.#taken++;
    copy.set(state);
    return copy;
  }

  /** Give back the last copy, and pass an answer on. */
  release(answer: boolean): boolean {
    this.#taken--;
    return answer;
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
    const { kind, place, value, list } = message;
    if (time <= messages.length) {
      if (!messages.is(time, kind, place, value, list)) return false;
      const made = this.copy(state);
      made[PROMISED] = view(made, PROMISED) & ~(1 << this.own.indexOf(time));
      made[MADE] = 1;
      return this.release(next(made));
    }
    messages.push(kind, place, value, this.id, list);
    const made = this.copy(state);
    made[MADE] = 1;
    const ok = this.release(next(made));
    messages.pop();
    // It can be promised now if nothing it waits for comes later than the given memory.
    if (ok && least <= this.given) this.#remember(message);
    return ok;
  }

  #remember({ kind, place, value, list }: Omit<Message, 'thread'>): void {
    for (const one of this.candidates) {
      if (one.kind === kind && one.place === place && one.value === value && sameList(one.list, list)) return;
    }
    this.candidates.push({ kind, place, value, list, thread: this.id });
  }
}
