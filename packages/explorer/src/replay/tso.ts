import { type Cell, type Op, OpKind, type Program, type Word } from '@racewalk/core/step';
import type { Done, Fail, ReplayModel } from './model.js';
import { ReplaySc } from './sc.js';

const LOCKED: ReadonlySet<number> = new Set([
  OpKind.XCHG,
  OpKind.CMPXCHG,
  OpKind.OR,
  OpKind.LOCK,
  OpKind.TRYLOCK,
  OpKind.FENCE,
]);

/** Total store order: as SC, but a plain store waits in its thread's buffer until the buffer's agent moves. */
export class ReplayTso extends ReplaySc implements ReplayModel {
  /** Per thread its stores that have not reached memory, oldest first. */
  readonly #buffers: Op[][];

  constructor(program: Program, fail: Fail) {
    super(program, fail);
    this.#buffers = program.threads.map(() => []);
  }

  override get agents(): number {
    return 2 * this.program.threads.length;
  }

  override enabled(agent: number, op: Op | null): boolean {
    const { threads } = this.program;
    if (agent >= threads.length) return this.#buffers[agent - threads.length]!.length > 0;
    const drains = op !== null && (LOCKED.has(op.kind) || (op.kind === OpKind.ATOMIC && op.locked));
    if (drains && this.#buffers[agent]!.length > 0) return false;
    return !op?.drains.some((t) => this.#buffers[t]!.length > 0) && super.enabled(agent, op);
  }

  override execute(agent: number, op: Op | null, choice: number): Done {
    const count = this.program.threads.length;
    return agent < count ? super.execute(agent, op!, choice) : this.#flush(agent - count);
  }

  override key(): string {
    const stored = ({ kind, cell, a }: Op): string => `${cell}=${kind === OpKind.UNLOCK ? 'unlocked' : a}`;
    return `${super.key()};${this.#buffers.map((buffer) => buffer.map(stored).join()).join('|')}`;
  }

  override load(thread: number, cell: Cell): Word {
    const newest = this.#buffers[thread]!.findLast((store) => store.cell === cell);
    if (newest === undefined) return super.load(thread, cell);
    return newest.kind === OpKind.UNLOCK ? 0 : newest.a;
  }

  override store(thread: number, op: Op): void {
    this.#buffers[thread]!.push({ ...op });
  }

  /** The oldest store of `thread` reaches memory. */
  #flush(thread: number): Done {
    return this.arrive(thread, this.#buffers[thread]!.shift()!);
  }
}
