import { type Automata, N } from '../../program/automata.js';
import { access, Foot, grown, Mode } from '../../program/footprints.js';
import { among, Kind, Kinds } from '../../program/kinds.js';

/** Whether the step at `node` waits until the store buffer of its thread is empty. */
export function drains({ nodes, ops }: Automata, node: number): boolean {
  const kind = nodes[(node << N.SHIFT) + N.KIND]!;
  return among(Kinds.DRAINS, kind) && (ops[node]!.locked || kind === Kind.FENCE);
}

/** Other threads whose store buffers must be empty for the step at `node`: interrupted ones, and those it takes turns with. */
export const drained = ({ ops }: Automata, node: number): readonly number[] => ops[node]!.drains;

/** What the buffers need to know of an execution. */
interface Shape {
  readonly auto: Automata;
  readonly threads: number;
  readonly cells: number;
}

/**
 * The store buffers of TSO, one FIFO per thread. Entries are numbered from 0 over the whole execution
 * and never moved: issuing a store adds one at the tail, a flush advances the head. Every entry owns
 * one private cell (0: in the buffer, 1: in memory), through which the dependency relation knows that a
 * load that reads the buffered store, or a fence, does not commute with the flush of that store.
 *
 * A thread that may be interrupted has one private cell more: how many stores it has issued. To issue one writes
 * it, and a step that comes after an interrupt of the thread reads it: whether the store was issued
 * before or after the interrupt decides whether it has reached memory.
 */
export class StoreBuffers {
  readonly threads: number;
  readonly cells: number;
  /** Per thread: stores issued, and stores that have reached memory. */
  readonly issued: Int32Array;
  readonly flushed: Int32Array;
  /** Per thread: what it touches when it issues a store, as a footprint. */
  readonly issuing: readonly number[];
  /** Per entry (at `entry * threads + thread`): cell, value, issuing event, and is it an unlock. */
  cell = new Int32Array(64);
  value = new Int32Array(64);
  event = new Int32Array(64);
  unlock = new Int32Array(64);

  constructor({ threads, cells, auto }: Shape) {
    this.threads = threads;
    this.cells = cells;
    this.issued = new Int32Array(threads);
    this.flushed = new Int32Array(threads);
    this.issuing = auto.program.threads.map(({ interruptible = false }, t) =>
      interruptible ? auto.foots.extend(Foot.NONE, access(this.issuedCell(t), Mode.WRITE)) : Foot.NONE,
    );
  }

  reset(): void {
    this.issued.fill(0);
    this.flushed.fill(0);
  }

  /** The private cell of an entry. */
  entryCell(thread: number, entry: number): number {
    return this.cells + (entry + 1) * this.threads + thread;
  }

  /** The private cell that counts the stores a thread has issued. */
  issuedCell(thread: number): number {
    return this.cells + thread;
  }

  /** The newest of the first `issued` stores of `thread` that went to `cell`, or -1. */
  newest(thread: number, cell: number, issued: number): number {
    for (let entry = issued - 1; entry >= 0; entry--) {
      if (this.cell[entry * this.threads + thread] === cell) return entry;
    }
    return -1;
  }

  isEmpty(thread: number): boolean {
    return this.flushed[thread] === this.issued[thread];
  }

  /** The buffered store that a load of `cell` by `thread` reads, or -1 if it reads memory. */
  forwards(thread: number, cell: number): number {
    const entry = this.newest(thread, cell, this.issued[thread]!);
    return entry >= this.flushed[thread]! ? entry : -1;
  }

  /** What `thread` sees in `cell`: its own newest buffered store, else memory. */
  visible(mem: Int32Array, thread: number, cell: number): number {
    const entry = this.forwards(thread, cell);
    return entry >= 0 ? this.value[entry * this.threads + thread]! : mem[cell]!;
  }

  /** The private cell of the newest of the first `issued` stores of `thread`, or -1 if there is none. */
  newestCell(thread: number, issued: number): number {
    return issued > 0 ? this.entryCell(thread, issued - 1) : -1;
  }

  /** Add a store at the tail; returns its private cell. */
  issue(thread: number, cell: number, value: number, event: number, unlock: number): number {
    const entry = this.issued[thread]!++;
    const at = entry * this.threads + thread;
    if (at >= this.cell.length) {
      this.cell = grown(this.cell, at + 1);
      this.value = grown(this.value, at + 1);
      this.event = grown(this.event, at + 1);
      this.unlock = grown(this.unlock, at + 1);
    }
    this.cell[at] = cell;
    this.value[at] = value;
    this.event[at] = event;
    this.unlock[at] = unlock;
    return this.entryCell(thread, entry);
  }

  /** Take back an event of `agent` before which it had issued, or flushed, `aux` stores. */
  undo(agent: number, aux: number): void {
    if (agent < this.threads) this.issued[agent] = aux;
    else this.flushed[agent - this.threads] = aux;
  }
}
