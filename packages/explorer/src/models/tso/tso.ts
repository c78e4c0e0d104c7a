/**
 * Total store order: plain stores wait in a FIFO buffer of their thread, loads look there first, locked
 * steps and fences wait until it is empty, and a step after an interrupt of another thread until the
 * buffer of that thread is. An unlock is a plain store. ATOMIC steps that are not locked
 * (a page walk) act on memory directly, past the buffer.
 *
 * Agent `threads + t` is the buffer of thread t; its step is the flush of the oldest store. `E.AUX` of a thread's
 * event is the number of stores the thread had issued before it; of a flush, the number of the store.
 */
import { type Execution, push, touch } from '../../execution/execution.js';
import { N } from '../../program/automata.js';
import { Foot, Mode } from '../../program/footprints.js';
import { Kind } from '../../program/kinds.js';
import { arrive, effect, look } from '../effect.js';
import type { MemoryModel } from '../model.js';
import { Sc } from '../sc/sc.js';
import { drained, drains, StoreBuffers } from './buffers.js';
import { TsoKey } from './key.js';
import { TsoOrder } from './order.js';

export class Tso implements MemoryModel {
  readonly old = null;
  readonly agents: number;
  readonly key: TsoKey;
  readonly order: TsoOrder;
  readonly #x: Execution;
  readonly #buffers: StoreBuffers;
  /** For steps that act on memory at once. */
  readonly #atOnce: Sc;

  constructor(x: Execution) {
    this.#x = x;
    this.agents = 2 * x.threads;
    this.#buffers = new StoreBuffers(x);
    this.#atOnce = new Sc(x);
    this.key = new TsoKey(x, this.#buffers);
    this.order = new TsoOrder(x, this.#buffers, this.#atOnce.order);
  }

  owner(agent: number): number {
    return agent < this.#x.threads ? agent : agent - this.#x.threads;
  }

  reset(): void {
    this.#buffers.reset();
  }

  enabled(agent: number): boolean {
    const x = this.#x;
    const b = this.#buffers;
    if (agent >= x.threads) return !b.isEmpty(agent - x.threads);
    const node = x.cur[agent]!;
    for (const t of drained(x.auto, node)) if (!b.isEmpty(t)) return false;
    if (drains(x.auto, node)) return b.isEmpty(agent) && this.#atOnce.enabled(agent);
    const op = x.auto.ops[node]!;
    if (op.kind === Kind.AWAIT) return op.test!(b.visible(x.mem, agent, op.cell), op.cell);
    if (op.kind === Kind.RETRY) {
      for (let i = 0; i < op.cells.length; i++) {
        if (b.visible(x.mem, agent, op.cells[i]!) !== op.values[i]) return true;
      }
      return false;
    }
    return this.#atOnce.enabled(agent);
  }

  execute(agent: number, choice: number): void {
    const x = this.#x;
    if (agent >= x.threads) {
      this.#flush(agent - x.threads);
      return;
    }
    const node = x.cur[agent]!;
    const issued = this.#buffers.issued[agent]!;
    push(x, agent, node, choice, this.#take(agent, node, choice), issued);
  }

  undo(agent: number, aux: number): void {
    this.#buffers.undo(agent, aux);
  }

  #take(thread: number, node: number, choice: number): number {
    const b = this.#buffers;
    let foot = this.#step(thread, node, choice);
    for (const t of drained(this.#x.auto, node)) {
      foot = this.#look(b.issuedCell(t), foot);
      foot = this.#look(b.newestCell(t, b.issued[t]!), foot);
    }
    return foot;
  }

  /** The step itself. */
  #step(thread: number, node: number, choice: number): number {
    const x = this.#x;
    const b = this.#buffers;
    const { nodes } = x.auto;
    const n = node << N.SHIFT;
    const kind = nodes[n + N.KIND]!;
    const cell = nodes[n + N.CELL]!;
    if (kind === Kind.WRITE || kind === Kind.UNLOCK) {
      const isUnlock = kind === Kind.UNLOCK ? 1 : 0;
      x.growCells(b.issue(thread, cell, isUnlock ? 0 : nodes[n + N.A]!, x.depth, isUnlock));
      const foot = b.issuing[thread]!;
      if (foot !== Foot.NONE) this.#count(thread);
      x.result = 0;
      return foot;
    }
    if (kind === Kind.READ || kind === Kind.AWAIT) {
      x.result = b.visible(x.mem, thread, cell);
      return this.#load(thread, cell, Foot.NONE);
    }
    if (kind === Kind.RETRY) {
      let foot = Foot.NONE;
      for (const c of x.auto.ops[node]!.cells) foot = this.#load(thread, c, foot);
      x.result = 0;
      return foot;
    }
    const foot = effect(x, thread, node, choice);
    return drains(x.auto, node) ? this.#look(b.newestCell(thread, b.issued[thread]!), foot) : foot;
  }

  /** Record that the step depends on a private cell, if there is one. */
  #look(cell: number, foot: number): number {
    if (cell < 0) return foot;
    const x = this.#x;
    x.growCells(cell);
    return look(x, cell, foot);
  }

  /** Record that an interruptible thread has issued a store. */
  #count(thread: number): void {
    const x = this.#x;
    const cell = this.#buffers.issuedCell(thread);
    const issued = this.#buffers.issued[thread]!;
    touch(x, cell, Mode.WRITE, issued - 1, issued);
    x.mem[cell] = issued;
  }

  /** Record a load of `cell`: of the buffered store that it reads, or of memory. */
  #load(thread: number, cell: number, foot: number): number {
    const x = this.#x;
    const b = this.#buffers;
    const entry = b.forwards(thread, cell);
    return look(x, entry >= 0 ? b.entryCell(thread, entry) : cell, foot);
  }

  /** The oldest store in the buffer of `thread` reaches memory. */
  #flush(thread: number): void {
    const x = this.#x;
    const b = this.#buffers;
    const entry = b.flushed[thread]!;
    const at = entry * b.threads + thread;
    const own = b.entryCell(thread, entry);
    const foot = arrive(x, thread, b.cell[at]!, b.value[at]!, own, b.unlock[at] === 1);
    b.flushed[thread] = entry + 1;
    push(x, x.threads + thread, -1, 0, foot, entry);
  }
}
