/**
 * All runs of one thread alone against a given memory: the ends it can reach, and the messages it could promise next.
 */
import type { Shared } from '../program/instruction.js';
import { step } from './access.js';
import { bounded } from './bounded.js';
import { local } from './local.js';
import type { Message, Messages } from './messages.js';
import { type Model, Run } from './run.js';
import { DEAD, type Layout, PAIR_PLACE, PROMISED, type State } from './state.js';
import { StateTable } from './state-table.js';

/** More own messages than this one mask cannot hold. */
const MOST_OWN = 30;

/** Integers that a state of the search has at most behind the thread's own. */
const ROOM = 512;

/** Counts of a search, and where it stops. */
export interface Tally {
  states: number;
  readonly most: number;
}

/** What one thread can do with a memory. */
export interface Outcomes {
  /** It can end with all messages made that it owes. */
  readonly completes: boolean;
  /** Its last states in runs that append nothing; kept until the next call. */
  readonly ends: readonly State[];
  readonly candidates: readonly Message[];
}

/** Decides whether an end of a thread is of interest. */
export type Wanted = (state: State, layout: Layout) => boolean;

export class ThreadRuns {
  readonly #run: Run;
  readonly #table = new StateTable();
  readonly #key: Int32Array;
  #ends: State[] = [];
  #completes = false;
  /** Whether the code can come back to an instruction; without, all that follows is not needed. */
  readonly #loops: boolean;
  /** States on the way to the present one, with their depth. */
  readonly #open = new Map<number, number>();
  /** States without an answer that may have one: a loop has left them early. */
  readonly #unsure = new Set<number>();
  /** Depth of the earliest open state that a loop has come back to. */
  #loop = Number.POSITIVE_INFINITY;

  constructor(
    model: Model,
    id: number,
    readonly messages: Messages,
    readonly layout: Layout,
    readonly tally: Tally,
    readonly wanted: Wanted,
  ) {
    this.#run = new Run(model, id, messages, layout);
    const { code, handler } = this.#run.thread;
    this.#loops = handler !== null || code.some((one, pc) => one?.kind === 'branch' && one.to <= pc);
    this.#key = new Int32Array(layout.size + ROOM);
  }

  /** Some path runs more rounds of a loop than it may. */
  get cut(): boolean {
    return this.#run.cut;
  }

  get layoutOutgrown(): boolean {
    const { model, offsets } = this.#run;
    return (
      this.layout.word(model.places.count) > this.layout.offsets ||
      this.layout.offsets + offsets > this.layout.size
    );
  }

  /** Run against the memory as it is now. */
  explore(): Outcomes {
    const run = this.#run;
    run.given = this.messages.length;
    run.own = ownTimes(this.messages, run.id);
    if (run.own.length > MOST_OWN) throw bounded(`more than ${MOST_OWN} stores of one thread`);
    run.candidates = [];
    this.#ends = [];
    this.#completes = false;
    this.#table.reset();
    this.#open.clear();
    this.#unsure.clear();
    this.#loop = Number.POSITIVE_INFINITY;
    this.#go(this.#start());
    return { completes: this.#completes, ends: this.#ends, candidates: run.candidates };
  }

  #start(): State {
    const { layout } = this;
    const { thread, own } = this.#run;
    const state = new Int32Array(layout.size);
    state[PAIR_PLACE] = -1;
    state[PROMISED] = 2 ** own.length - 1;
    thread.initial.forEach((value, register) => {
      state[layout.register(register)] = value;
    });
    return state;
  }

  readonly #go = (s: State): boolean => {
    const { tally } = this;
    const run = this.#run;
    if (++tally.states > tally.most) throw bounded(`${tally.most} states of threads`);
    const next = local(run, s);
    if (next === null) return this.#end(s);
    const entry = this.#table.enter(this.#key, this.#enter(s));
    if (this.#loops) {
      const known = entry >= 0 ? this.#known(entry, s) : null;
      return known ?? this.#search(s, next, entry < 0 ? ~entry : entry);
    }
    if (entry >= 0) return this.#table.answer(entry);
    const answer = step(run, s, next, this.#go);
    if (answer) this.#table.setAnswer(~entry, true);
    return answer;
  };

  /** The answer of a state that was seen; null if it was given up because of a loop. */
  #known(entry: number, s: State): boolean | null {
    const depth = this.#open.get(entry);
    if (depth === undefined) return this.#unsure.has(entry) ? null : this.#table.answer(entry);
    // A thread that spins and owes nothing is not to be blamed: with messages of others it may go on.
    if (s[PROMISED] === 0) {
      this.#completes = true;
      return true;
    }
    // A loop came back to a state on the way: what is known on the way there may depend on it.
    this.#loop = Math.min(this.#loop, depth);
    return false;
  }

  #search(s: State, next: Shared, entry: number): boolean {
    const depth = this.#open.size;
    const outer = this.#loop;
    this.#loop = Number.POSITIVE_INFINITY;
    this.#open.set(entry, depth);
    const answer = step(this.#run, s, next, this.#go);
    this.#open.delete(entry);
    if (answer) this.#table.setAnswer(entry, true);
    // Without an answer, and with a loop to an earlier state that is still open: not sure.
    if (!answer && this.#loop < depth) this.#unsure.add(entry);
    else {
      this.#unsure.delete(entry);
      if (this.#loop >= depth) this.#loop = Number.POSITIVE_INFINITY;
    }
    this.#loop = Math.min(outer, this.#loop);
    return answer;
  }

  #end(s: State): boolean {
    if (s[PROMISED] !== 0) return false;
    this.#completes = true;
    // An end that the filter refuses still shows that the thread can end: with other messages it may end otherwise.
    // The same is true of a path that counts for nothing: another thread may mend what made it wait or fault.
    const counts = this.messages.length === this.#run.given && s[DEAD] === 0;
    if (counts && this.wanted(s, this.layout)) this.#ends.push(s.slice());
    return true;
  }

  /** Write the state and the new messages of the run into the key; returns its length. */
  #enter(s: State): number {
    const { messages } = this;
    const key = this.#key;
    key.set(s);
    let at = s.length;
    for (let i = this.#run.given; i < messages.length; i++) {
      if (at + 4 > key.length) throw bounded('too many new messages of one thread');
      key[at++] = messages.kind[i] ?? 0;
      key[at++] = messages.place[i] ?? 0;
      key[at++] = messages.value[i] ?? 0;
    }
    return at;
  }
}

function ownTimes(messages: Messages, thread: number): number[] {
  const own: number[] = [];
  for (let time = 1; time <= messages.length; time++)
    if (messages.thread[time - 1] === thread) own.push(time);
  return own;
}
