import {
  type Cell,
  effectOf,
  type FaultSink,
  type Op,
  OpKind,
  type Program,
  type Word,
} from '@racewalk/core/step';
import type { StepRecord } from '../types.js';

/** A store on its way to memory. */
export interface Buffered {
  readonly cell: Cell;
  readonly value: Word;
  readonly op: Op;
}

export type Fail = (code: string, message: string) => void;

/** Shared memory and store buffers, as plainly as possible. */
export class SimpleWorld {
  readonly program: Program;
  readonly mem: Int32Array;
  readonly tso: boolean;
  readonly buffers: Buffered[][];
  readonly faults: FaultSink;

  constructor(program: Program, memory: 'sc' | 'tso', fail: Fail) {
    this.program = program;
    this.mem = Int32Array.from(program.cells, (cell) => cell.initial);
    this.tso = memory === 'tso';
    this.buffers = program.threads.map(() => []);
    this.faults = { fail };
  }

  /** What `thread` sees in `cell`. */
  visible(thread: number, cell: Cell): Word {
    return this.buffers[thread]!.findLast((store) => store.cell === cell)?.value ?? this.mem[cell]!;
  }

  /** The fault of releasing a lock held by somebody else, or by nobody. */
  checkHeld(thread: number, cell: Cell): void {
    const value = this.mem[cell]!;
    if (value === thread + 1) return;
    const { threads, cells } = this.program;
    const holder = value === 0 ? 'nobody' : (threads[value - 1]?.name ?? `thread ${value - 1}`);
    this.faults.fail('LIVE', `${threads[thread]!.name} releases ${cells[cell]!.name}, which ${holder} holds`);
  }

  /** Let the oldest store of `thread` reach memory. */
  flush(thread: number, index: number): StepRecord {
    const { cell, value, op } = this.buffers[thread]!.shift()!;
    const before = [this.mem[cell]!];
    if (op.kind === OpKind.UNLOCK) this.checkHeld(thread, cell);
    this.mem[cell] = value;
    const text = op.show?.({ result: 0, before, after: [value] }) ?? '';
    return {
      index,
      thread,
      kind: OpKind.WRITE,
      label: op.label,
      effect: effectOf(op),
      cells: [cell],
      before,
      after: [value],
      result: 0,
      text,
      flusher: true,
    };
  }
}

/** Everything the future depends on, as text. `places` says where each thread stands. */
export function stateText(world: SimpleWorld, places: readonly string[]): string {
  const buffers = world.buffers.map((b) => b.map(({ cell, value }) => `${cell}=${value}`).join());
  return `${places.join('|')};${world.mem.join()};${buffers.join('|')}`;
}

/** The fault of a thread that ended with a lock in its hands. */
export function endsHolding(program: Program, mem: Int32Array, over: readonly boolean[], fail: Fail): void {
  for (const lock of program.locks ?? []) {
    const owner = mem[lock]! - 1;
    if (over[owner] !== true) continue;
    fail('LIVE', `${program.threads[owner]!.name} ended holding ${program.cells[lock]!.name}`);
  }
}
