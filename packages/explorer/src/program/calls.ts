/**
 * Where the calls of a thread end, its histories join: what follows a call depends on it only through its result and
 * through the objects of this run that it was given or that its machine keeps. Those are written down as text; histories
 * of one call that leave the same text are one history from there on.
 *
 * A place is the point that a thread has reached, by a name that all histories joined there share: a node and the answer
 * of its step, or what a call has left. A call is named by the place where it began, so two calls have one name only if
 * the threads were in one state then.
 */
import type { watch } from '@racewalk/core/step';

type CallWatch = NonNullable<(typeof watch)['calls']>;

/** More parts than these are not looked at: then nothing is joined. */
const MOST_PARTS = 256;

/** Texts of what calls leave, for all runs of all threads of a program. */
export class Left {
  /** Objects by the run that met them first, or 0 if another one has met them since: then they belong to no run. */
  readonly #met = new WeakMap<object, { run: number; readonly id: number }>();
  readonly #names = new Map<string, number>();
  #objects = 0;
  #runs = 0;

  newRun(): number {
    return ++this.#runs;
  }

  /** A short name for a text. */
  name(text: string): string {
    let id = this.#names.get(text);
    if (id === undefined) {
      id = this.#names.size;
      this.#names.set(text, id);
    }
    return `k${id}`;
  }

  /** `values` as a text; null if they hold something that cannot be compared. */
  text(run: number, values: readonly unknown[]): string | null {
    const parts: string[] = [];
    return this.#write(run, values, parts, []) ? parts.join() : null;
  }

  /** `known`: objects of this run that were met already; to meet one again means that it is the same one. */
  #write(run: number, value: unknown, to: string[], known: object[]): boolean {
    if (to.length > MOST_PARTS) return false;
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null) {
      to.push(typeof value === 'string' ? JSON.stringify(value) : String(value));
      return typeof value !== 'symbol';
    }
    const id = this.#shared(run, value);
    if (id > 0) {
      to.push(`#${id}`);
      return true;
    }
    const again = known.indexOf(value);
    if (again >= 0) {
      to.push(`^${again}`);
      return true;
    }
    const parts = typeof value === 'function' ? null : partsOf(value);
    if (parts === null) return false;
    known.push(value);
    to.push('[');
    for (const part of parts) if (!this.#write(run, part, to, known)) return false;
    to.push(']');
    return true;
  }

  /** The number of an object that several runs know, and that none of them changes therefore; else 0. */
  #shared(run: number, value: object): number {
    let met = this.#met.get(value);
    if (met === undefined) {
      met = { run, id: ++this.#objects };
      this.#met.set(value, met);
    }
    if (met.run !== run) met.run = 0;
    return met.run === 0 ? met.id : 0;
  }
}

/** What a plain object or collection holds; null for any other object. */
function partsOf(value: object): readonly unknown[] | null {
  if (Array.isArray(value)) return ['a', ...value];
  if (value instanceof Set) return ['s', ...value];
  if (value instanceof Map) return ['m', ...[...value].flat()];
  const proto: unknown = Object.getPrototypeOf(value);
  return proto === Object.prototype || proto === null ? ['o', ...Object.entries(value).flat()] : null;
}

/** The calls of one run of a thread. */
export class Calls implements CallWatch {
  readonly #left: Left;
  readonly #thread: number;
  readonly #run: number;
  /** Names of the calls that are under way. */
  readonly #open: string[] = [];
  #place = '';
  #number = 0;
  /** Places passed since the last step. */
  places: string[] = [];

  constructor(left: Left, thread: number) {
    this.#left = left;
    this.#thread = thread;
    this.#run = left.newRun();
  }

  /** The thread goes on after the step at `node` returned `answer`. */
  goOn(node: number, answer: number): void {
    this.#place = `${node}.${answer}`;
    this.#number = 0;
    this.places = [];
  }

  enter(): number {
    this.#open.push(`${this.#thread}:${this.#place}/${this.#number++}`);
    return this.#open.length - 1;
  }

  leave(call: number, left: readonly unknown[]): void {
    const name = this.#open[call];
    this.#open.length = call;
    const text = this.#left.text(this.#run, left);
    if (name === undefined || text === null) return;
    this.#place = this.#left.name(`${name}>${text}`);
    this.#number = 0;
    this.places.push(this.#place);
  }
}
