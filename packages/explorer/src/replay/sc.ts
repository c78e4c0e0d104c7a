import { type Cell, effectOf, type Op, OpKind, type Program, type Word } from '@racewalk/core/step';
import { heldBy } from '../program/guards.js';
import { notHeldMessage, threwMessage } from '../program/messages.js';
import type { Done, Fail, ReplayModel } from './model.js';

/** Sequential consistency: every step acts on memory at once. */
export class ReplaySc implements ReplayModel {
  readonly program: Program;
  readonly mem: Int32Array;
  readonly fail: Fail;

  constructor(program: Program, fail: Fail) {
    this.program = program;
    this.fail = fail;
    this.mem = Int32Array.from(program.cells, (cell) => cell.initial);
  }

  get agents(): number {
    return this.program.threads.length;
  }

  enabled(thread: number, op: Op | null): boolean {
    switch (op?.kind) {
      case undefined:
        return false;
      case OpKind.LOCK:
        return this.mem[op!.cell] === 0;
      case OpKind.AWAIT:
        return op!.test!(this.load(thread, op!.cell), op!.cell);
      case OpKind.RETRY:
        return op!.cells.some((cell, i) => this.load(thread, cell) !== op!.values[i]);
      case OpKind.ATOMIC:
        return heldBy(op!, this.mem) < 0;
      default:
        return true;
    }
  }

  accepts(_agent: number, _op: Op, _choice: number): boolean {
    return false;
  }

  execute(thread: number, op: Op, choice: number): Done {
    const { mem } = this;
    const several = op.kind === OpKind.ATOMIC || op.kind === OpKind.RETRY;
    const cells = several ? [...op.cells] : op.cell >= 0 ? [op.cell] : [];
    const before = cells.map((cell) => mem[cell]!);
    const result = this.#act(thread, op, choice);
    const after = cells.map((cell) => mem[cell]!);
    const text = op.show?.({ result, before, after }) ?? '';
    const { kind, label } = op;
    return { thread, kind, label, effect: effectOf(op), cells, before, after, result, text, flusher: false };
  }

  key(): string {
    return this.mem.join();
  }

  /** What `thread` sees in `cell`. */
  load(_thread: number, cell: Cell): Word {
    return this.mem[cell]!;
  }

  /** The plain store `op` of `thread`. */
  store(thread: number, op: Op): void {
    this.reachMemory(thread, op);
  }

  /** Change memory as the plain store or unlock `op` says. */
  reachMemory(thread: number, op: Op): void {
    const { mem, program } = this;
    const value = mem[op.cell]!;
    if (op.kind === OpKind.UNLOCK && value !== thread + 1) {
      this.fail('LIVE', notHeldMessage(program, thread, op.cell, value));
    }
    mem[op.cell] = op.kind === OpKind.UNLOCK ? 0 : op.a;
  }

  /** The store `op` of `thread` reaches memory later than it was made. */
  protected arrive(thread: number, op: Op): Done {
    const { cell, label } = op;
    const before = [this.mem[cell]!];
    this.reachMemory(thread, op);
    const after = [this.mem[cell]!];
    const text = op.show?.({ result: 0, before, after }) ?? '';
    return {
      thread,
      kind: OpKind.WRITE,
      label,
      effect: effectOf(op),
      cells: [cell],
      before,
      after,
      result: 0,
      text,
      flusher: true,
    };
  }

  #act(thread: number, op: Op, choice: number): Word {
    const { mem } = this;
    const old = op.cell >= 0 ? mem[op.cell]! : 0;
    switch (op.kind) {
      case OpKind.READ:
      case OpKind.AWAIT:
        return this.load(thread, op.cell);
      case OpKind.WRITE:
      case OpKind.UNLOCK:
        this.store(thread, op);
        return 0;
      case OpKind.XCHG:
        mem[op.cell] = op.a;
        return old;
      case OpKind.CMPXCHG:
        if (old === op.a) mem[op.cell] = op.b;
        return old;
      case OpKind.OR:
        mem[op.cell] = old | op.a;
        return 0;
      case OpKind.LOCK:
        mem[op.cell] = thread + 1;
        return 0;
      case OpKind.TRYLOCK:
        if (old === 0) mem[op.cell] = thread + 1;
        return old === 0 ? 1 : 0;
      case OpKind.CHOOSE:
        return choice;
      case OpKind.ATOMIC:
        return this.#runBody(thread, op);
      default:
        return 0;
    }
  }

  #runBody(thread: number, op: Op): Word {
    try {
      return op.run!(this.mem, 0, { fail: this.fail });
    } catch (error) {
      this.fail('THROW', threwMessage(this.program, thread, error));
      return 0;
    }
  }
}
