/**
 * A program of steps: what the explorer explores. Nothing here knows what the words mean.
 */
import { RacewalkError } from '../errors.js';
import type { Cell, FaultSink, Word } from './op.js';
import type { Step } from './step.js';
import { PLAIN_WORD, type WordRole } from './word-role.js';

/** The memory models by name. */
export const MEMORY_MODELS = ['sc', 'tso', 'weak'] as const;

/** The order in which other threads may see accesses. */
export type MemoryModelName = (typeof MEMORY_MODELS)[number];

/** One word of shared memory. */
export interface CellInfo {
  /** What printers call it, for instance `pte[3]`. Unique within the program. */
  readonly name: string;
  readonly initial: Word;
  /** Text for a value; decimal if absent. */
  readonly show?: (value: Word) => string;
  /** Bookkeeping of an observer: printers leave it out unless asked. */
  readonly ghost?: boolean;
  /** What the word is. Default a ghost, or any word. */
  readonly role?: WordRole;
}

const GHOST: WordRole = Object.freeze({ is: 'ghost' });

/** What a word is. */
export const roleOf = (info: CellInfo): WordRole => info.role ?? (info.ghost === true ? GHOST : PLAIN_WORD);

/** One thread of the program. */
export interface ThreadSpec {
  /** Unique within the program, for instance `zap`. */
  readonly name: string;
  /** Heading of the thread's column, for instance `zap (cpu0, holds ptl)`. */
  readonly title?: string;
  /** Starts the body anew; called many times, must always behave the same. */
  readonly body: () => Step<unknown>;
  /** A thread that may wait forever without a deadlock (hardware, a server loop). */
  readonly daemon?: boolean;
  /** Steps of other threads may wait until this thread's store buffer is empty (`Op.drains`). */
  readonly interruptible?: boolean;
}

/** A closed program: memory, threads, and what must hold at the end. */
export interface Program {
  readonly name: string;
  readonly cells: readonly CellInfo[];
  readonly threads: readonly ThreadSpec[];
  readonly memory: MemoryModelName;
  /** Cells that are locks, so that a deadlock can name owners. */
  readonly locks?: readonly Cell[];
  /**
   * Classes of interchangeable threads, by number: a program in which two of a class change places, and each
   * one's own cells with them, is the same program, and `final` and every invariant say the same of it. The
   * explorer believes this and may leave out a schedule that is the mirror image of another. Threads that drain each other's stores are refused.
   */
  readonly symmetric?: readonly (readonly number[])[];
  /** Checked in every final state in which all threads but daemons have ended. */
  readonly final?: (mem: Int32Array, base: number, faults: FaultSink) => void;
}

const LOCK: WordRole = Object.freeze({ is: 'lock' });

/** Allocates cells by name. */
export class CellTable {
  readonly cells: CellInfo[] = [];
  readonly locks: Cell[] = [];
  readonly #names = new Set<string>();

  /** Add a word; its index is its address. */
  add(info: CellInfo): Cell {
    if (this.#names.has(info.name))
      throw new RacewalkError('RACEWALK_BAD_SCENARIO', `two words ${info.name}`, { hint: 'name them apart' });
    this.#names.add(info.name);
    this.cells.push(info);
    return this.cells.length - 1;
  }

  /** Change the value a word starts with. */
  setInitial(cell: Cell, initial: Word): void {
    const info = this.cells[cell];
    if (info === undefined) throw new RacewalkError('RACEWALK_OUTSIDE', `no cell ${cell}`);
    this.cells[cell] = { ...info, initial };
  }

  /** Add a lock: 0 is free, n + 1 is held by thread n. */
  addLock(name: string): Cell {
    const cell = this.add({ name, initial: 0, role: LOCK });
    this.locks.push(cell);
    return cell;
  }
}
