/**
 * Every final state of a test, by views and promises (Pulte, Pichon-Pharabod, Kang, Lee, Hur: Promising-ARM/RISC-V, PLDI
 * 2019), promises first: memory grows by one message of one thread at a time; for each memory every thread runs alone from
 * its start and must be able to make all messages that are its own. Threads never interleave, because multi-copy atomic
 * machines have one memory that all see alike. That a thread can end (certification) only prunes; outcomes are read from
 * runs that append nothing.
 */
import { type FinalState, type Formula, holds, placesOf } from '../program/condition.js';
import type { LitmusTest } from '../program/test.js';
import type { Mmu } from '../vmsa/mmu.js';
import { Bounded } from './bounded.js';
import { type Ends, endsOf, finalsOf } from './finals.js';
import { Messages, NOBODY, NONE, UPDATE } from './messages.js';
import { Places } from './places.js';
import type { OrderRules } from './rules.js';
import type { Model } from './run.js';
import { Layout } from './state.js';
import { type Tally, ThreadRuns, type Wanted } from './thread-run.js';

export interface SearchOptions {
  readonly rules: OrderRules;
  readonly mmu: Mmu | null;
  /** Rounds of loops in which a thread may store. */
  readonly unroll: number;
  /** States of threads that are visited at most. */
  readonly most: number;
}

export interface SearchResult {
  /** Why the search is not complete, in words; null if it is. */
  readonly bound: string | null;
  readonly states: number;
  readonly memories: number;
}

/** Give every final state to `use`; one may come several times. */
export function search(
  test: LitmusTest,
  options: SearchOptions,
  use: (state: FinalState) => void,
): SearchResult {
  const tally: Tally = { states: 0, most: options.most };
  const places = new Places(test.symbols, test.memory);
  for (let extra = 2; ; extra = 2 * extra + places.count) {
    const one = new Search(test, places, options, tally, extra);
    try {
      one.explore();
      if (!one.outgrown) return { bound: one.bound, states: tally.states, memories: one.memories };
    } catch (error) {
      if (!(error instanceof Bounded)) throw error;
      return { bound: error.message, states: tally.states, memories: one.memories };
    } finally {
      if (!one.outgrown) one.report(use);
    }
  }
}

class Search {
  readonly #messages = new Messages();
  readonly #seen = new Set<string>();
  readonly #threads: ThreadRuns[];
  readonly #model: Model;
  readonly #found = new Map<
    string,
    { readonly ends: readonly Ends[]; readonly words: ReadonlyMap<number, number> }
  >();
  memories = 0;

  constructor(
    readonly test: LitmusTest,
    readonly places: Places,
    options: SearchOptions,
    tally: Tally,
    extra: number,
  ) {
    const { rules, mmu, unroll } = options;
    this.#model = { test, places, rules, mmu, unroll };
    const words = places.count + extra;
    this.#threads = test.threads.map(
      (thread, id) =>
        new ThreadRuns(
          this.#model,
          id,
          this.#messages,
          new Layout(thread.registers.length, words, mmu === null ? 0 : extra),
          tally,
          wantedOf(test, id),
        ),
    );
  }

  /** Accesses have reached more words than the states have room for: everything is done again with more. */
  get outgrown(): boolean {
    return this.#threads.some((thread) => thread.layoutOutgrown);
  }

  get bound(): string | null {
    return this.#threads.some((thread) => thread.cut)
      ? `${this.#model.unroll} rounds of a loop that stores`
      : null;
  }

  /** Look at the memory as it is, and at all that one more message makes of it. */
  explore(): void {
    const messages = this.#messages;
    const key = messages.key();
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    this.memories++;
    const all = [];
    for (const thread of this.#threads) {
      const outcomes = thread.explore();
      if (!outcomes.completes || this.outgrown) return;
      all.push(outcomes);
    }
    if (all.every(({ ends }) => ends.length > 0))
      this.#remember(all.map(({ ends }, id) => endsOf(this.#model, id, ends, this.#threads[id]!.layout)));
    for (const { candidates } of all) {
      for (const message of candidates) {
        messages.push(message.kind, message.place, message.value, message.thread, message.list);
        this.explore();
        messages.pop();
      }
    }
    this.#speculate();
  }

  /** The hardware may set the access flag of any entry at any time, without an access of a program. */
  #speculate(): void {
    const { mmu } = this.#model;
    const messages = this.#messages;
    if (mmu === null) return;
    for (const variable of this.test.symbols.names.keys()) {
      const place = this.places.entryOf(variable);
      const read = messages.lastAt(place, messages.length);
      const value = mmu.speculative(
        read === 0 ? this.places.initial(place) : (messages.value[read - 1] ?? 0),
      );
      if (value === null) continue;
      messages.push(UPDATE, place, value, NOBODY, NONE);
      this.explore();
      messages.pop();
    }
  }

  #remember(ends: readonly Ends[]): void {
    const words = new Map<number, number>();
    const messages = this.#messages;
    for (let time = 1; time <= messages.length; time++) {
      if ((messages.kind[time - 1] ?? 0) > UPDATE) continue;
      words.set(messages.place[time - 1] ?? 0, messages.value[time - 1] ?? 0);
    }
    const key = `${[...words].sort(([a], [b]) => a - b).join()}|${ends.map((one) => [...one.keys()].join('&')).join('|')}`;
    this.#found.set(key, { ends, words });
  }

  report(use: (state: FinalState) => void): void {
    for (const { ends, words } of this.#found.values()) finalsOf(this.#model, ends, words, use);
  }
}

/** Parts of the filter that one thread's registers decide: ends that fail them are left out at once. */
function wantedOf({ filter }: LitmusTest, id: number): Wanted {
  const parts = filter === null ? [] : filter.is === 'and' ? filter.of : [filter];
  const own = parts.filter((part: Formula) =>
    placesOf(part).every((p) => p.is === 'register' && p.thread === id),
  );
  if (own.length === 0) return () => true;
  return (s, layout) => {
    const state: FinalState = {
      register: (_, register) => s[layout.register(register)] ?? 0,
      word: () => 0,
      fault: () => false,
      faults: () => [],
    };
    return own.every((part) => holds(part, state));
  };
}
