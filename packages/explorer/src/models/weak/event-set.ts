/** A set of events that is emptied at once and of which each is looked at once. */
import { grown } from '../../program/footprints.js';

export class EventSet {
  #seen = new Int32Array(256);
  #todo = new Int32Array(256);
  #count = 0;
  #round = 0;

  /** Forget all; only events before `end` are added. */
  begin(end: number): void {
    while (end > this.#seen.length) {
      this.#seen = grown(this.#seen, 0);
      this.#todo = grown(this.#todo, 0);
    }
    this.#round++;
    this.#count = 0;
  }

  has(event: number): boolean {
    return this.#seen[event] === this.#round;
  }

  /** Nothing happens for -1, or for an event that is in the set. */
  add(event: number): void {
    if (event < 0 || this.has(event)) return;
    this.#seen[event] = this.#round;
    this.#todo[this.#count++] = event;
  }

  /** One of those added that nobody has looked at; -1 if there is none. */
  next(): number {
    return this.#count === 0 ? -1 : this.#todo[--this.#count]!;
  }
}
