/**
 * What a counterexample hangs on: the steps whose place in the schedule matters, found by moving them, and the first step
 * after which nothing can save it, found by trying every continuation. Whatever is not certain is left out.
 */
import type { MemoryModelName, Program } from '@racewalk/core/step';
import { RacewalkError } from '../errors.js';
import { E, S } from '../execution/events.js';
import type { Execution } from '../execution/execution.js';
import { follow } from '../execution/path.js';
import { executionOf } from '../models/table.js';
import { Automata, RestartSignal } from '../program/automata.js';
import { among, Kind, Kinds } from '../program/kinds.js';
import type { Path } from '../types.js';
import { Escapes, GaveUp } from './escape.js';
import { type Change, type Changes, changesOf, type Move, movesOf } from './moves.js';

/** Executions that are tried if the caller does not say how many. */
const EXECUTIONS = 20_000;

/** Options of {@link causes}. */
export interface CauseOptions {
  /** Default: the program's own. */
  readonly memory?: MemoryModelName;
  /** Executions tried for each of the two answers at most; default 20 000. */
  readonly executions?: number;
}

/** What a counterexample hangs on. Steps are numbers of its steps from 0, choices included. */
export interface Causes {
  /**
   * Steps that matter where they are, ascending: moved past the steps of others that stand next to them, as far as their
   * own agent allows, an execution without a fault is possible again. The step that breaks is one of them. Not there if
   * `unsure` says why.
   */
  readonly chain?: readonly number[];
  /**
   * The first step after which every continuation ends in a fault; null if every execution of the program does. Not
   * there if `unsure` says why.
   */
  readonly brokenSince?: number | null;
  /** Executions that were tried. */
  readonly tried: number;
  /** Why something is left out, a sentence each. */
  readonly unsure: readonly string[];
}

/**
 * What the counterexample `path` hangs on.
 *
 * @throws RacewalkError `E_PATH` if the schedule is not one of the program
 */
export function causes(program: Program, path: Path, options: CauseOptions = {}): Causes {
  const auto = new Automata(program, options.memory ?? program.memory);
  auto.start();
  for (;;) {
    try {
      return new Inquest(executionOf(auto), path, options.executions ?? EXECUTIONS).run();
    } catch (error) {
      if (!(error instanceof RestartSignal)) throw error;
    }
  }
}

class Inquest {
  readonly #x: Execution;
  readonly #path: Path;
  readonly #most: number;
  readonly #moves: readonly Move[];
  readonly #unsure: string[] = [];

  constructor(x: Execution, path: Path, most: number) {
    this.#x = x;
    this.#path = path;
    this.#most = most;
    this.#moves = movesOf(path);
  }

  run(): Causes {
    const x = this.#x;
    if (follow(x, this.#path) === null) {
      throw new RacewalkError('E_PATH', 'the schedule does not fit the program', { hint: 'record it again' });
    }
    if (x.faultCode === '') return { tried: 0, unsure: ['no step breaks: agents try again for ever'] };
    if (x.faultCode === 'THROW') return { tried: 0, unsure: ['the code of an agent threw'] };
    const since = new Escapes(x, this.#most);
    const brokenSince = this.#within(since, 'broken since', () => this.#brokenSince(since));
    const places = new Escapes(x, this.#most);
    const chain =
      brokenSince === null ? this.#always() : this.#within(places, 'chain', () => this.#chain(places));
    return {
      ...(chain === undefined ? {} : { chain }),
      ...(brokenSince === undefined ? {} : { brokenSince }),
      tried: since.tried + places.tried,
      unsure: this.#unsure,
    };
  }

  /** What `find` finds, or undefined and a reason. */
  #within<T>(escapes: Escapes, what: string, find: () => T | undefined): T | undefined {
    try {
      return find();
    } catch (error) {
      if (!(error instanceof GaveUp)) throw error;
      this.#unsure.push(`${what}: given up after ${escapes.tried} executions`);
      return undefined;
    }
  }

  #brokenSince(escapes: Escapes): number | null | undefined {
    const x = this.#x;
    for (let steps = this.#moves.length - 1; steps >= 0; steps--) {
      this.#take(this.#moves.slice(0, steps));
      // A fault shows earlier than the path ends only where it ends with a choice.
      if (x.faultCode !== '') continue;
      if (escapes.from(this.#moves[steps]?.agent ?? 0)) return steps;
      if (x.auto.loadsEarly) {
        this.#unsure.push('broken since: loads may be early, and not every continuation is tried then');
        return undefined;
      }
    }
    return null;
  }

  #always(): undefined {
    this.#unsure.push('chain: every execution ends in a fault, whatever the order');
  }

  #chain(escapes: Escapes): readonly number[] | undefined {
    const found = new Set<number>();
    const at = this.#faultStep();
    if (at !== null) found.add(at);
    for (const changes of changesOf(this.#moves)) {
      for (const index of this.#atPlace(changes, escapes)) found.add(index);
    }
    if (found.size > (at === null ? 0 : 1)) return [...found].sort((a, b) => a - b);
    this.#unsure.push('chain: no step can be moved alone so that the fault goes away');
    return undefined;
  }

  /** The last step, if the fault shows in it and not only at the end. */
  #faultStep(): number | null {
    this.#take(this.#moves);
    return this.#x.faultCode === '' ? null : this.#x.depth - 1;
  }

  /** The steps that matter at one place: the first move with which there is a way out tells. */
  #atPlace(changes: Changes, escapes: Escapes): readonly number[] {
    let impossible = false;
    for (const change of changes) {
      if (!this.#take(change.moves)) {
        impossible = true;
        continue;
      }
      if (!escapes.from(change.moves.at(-1)?.agent ?? 0)) {
        impossible = false;
        continue;
      }
      // Steps between a lock and its release move together only: which of them matter is said by what they touch.
      return impossible ? this.#meeting(change) : [change.newest.index];
    }
    return [];
  }

  /** The steps of a change that touch what the steps they move past touch; locks apart. */
  #meeting({ moved, past }: Change): number[] {
    this.#take(this.#moves);
    return moved.map(({ index }) => index).filter((a) => past.some(({ index: b }) => this.#conflict(a, b)));
  }

  #conflict(a: number, b: number): boolean {
    const lock = [Kind.LOCK, Kind.UNLOCK, Kind.TRYLOCK] as readonly number[];
    if (lock.includes(this.#x.kindAt(a)) || lock.includes(this.#x.kindAt(b))) return false;
    const [mine, theirs] = [this.#touched(a), this.#touched(b)];
    return mine.some(({ cell, changed }) => theirs.some((t) => t.cell === cell && (changed || t.changed)));
  }

  #touched(event: number): { cell: number; changed: boolean }[] {
    const { events, slots, depth } = this.#x;
    if (event >= depth) return [];
    const e = event << E.SHIFT;
    const touched: { cell: number; changed: boolean }[] = [];
    for (let top = events[e + E.SLOT]!; top < events[e + (1 << E.SHIFT) + E.SLOT]!; top++) {
      const s = top << S.SHIFT;
      touched.push({ cell: slots[s + S.CELL]!, changed: slots[s + S.BEFORE] !== slots[s + S.AFTER] });
    }
    return touched;
  }

  /** Take the steps, up to a fault; false if somebody has to wait. Who has ended, or has nothing buffered, is passed over. */
  #take(moves: readonly Move[]): boolean {
    const x = this.#x;
    x.reset();
    for (const { agent, choice } of moves) {
      if (x.faultCode !== '') return true;
      if (!x.enabled(agent)) {
        if (agent >= x.threads || among(Kinds.OVER, x.kindOf(agent))) continue;
        return false;
      }
      const wanted = Math.max(choice, 0);
      x.execute(agent, x.accepts(agent, wanted) ? wanted : 0);
    }
    return true;
  }
}
