/**
 * The weak order of arm64, RISC-V and LoongArch: a plain store leaves its thread at any later moment, in
 * any order with the others that barriers, releases and stores to the same word allow. A load looks at the own stores
 * on their way first, may be made before earlier loads (`loads.ts`), and is not reordered with later stores (see `omits` of
 * the plug-ins). A locked step
 * acts on memory at once; what it waits for depends on its order (`demands.ts`). ATOMIC steps that are not locked (a
 * page walk) and invalidations act on memory directly, past the stores on their way. An exchange of one word that orders
 * nothing loads at once and stores later; until then nobody else stores to the word (`Stored.CLAIM`).
 *
 * After the threads come the agents that move stores, one for each lane of a thread (`buffers.ts`). `E.AUX` of a
 * thread's event says how many stores the thread had issued before it, and below which of them all come first; of
 * a store that leaves, its number and its thread.
 */

import { tooManyStores } from '../../errors.js';
import { S } from '../../execution/events.js';
import { type Execution, push, touch } from '../../execution/execution.js';
import { N } from '../../program/automata.js';
import { barriers } from '../../program/barriers.js';
import { access, Foot, Mode } from '../../program/footprints.js';
import { Kind } from '../../program/kinds.js';
import { arrive, effect, look } from '../effect.js';
import type { MemoryModel, Past } from '../model.js';
import { Sc } from '../sc/sc.js';
import { Aux } from './aux.js';
import { Stored, WeakBuffers } from './buffers.js';
import { Demand, demandOf, isClaim, isRelease } from './demands.js';
import { WeakKey } from './key.js';
import { EarlyLoads } from './loads.js';
import { WeakOrder } from './order.js';
import { Waits } from './waits.js';

export class Weak implements MemoryModel {
  readonly agents: number;
  readonly key: WeakKey;
  readonly order: WeakOrder;
  readonly old: EarlyLoads;
  readonly #x: Execution;
  readonly #buffers: WeakBuffers;
  readonly #waits: Waits;
  /** For steps that act on memory at once. */
  readonly #atOnce: Sc;
  readonly #present: Past;

  constructor(x: Execution) {
    this.#x = x;
    this.#buffers = new WeakBuffers(x);
    this.agents = (1 + this.#buffers.lanes) * x.threads;
    this.#waits = new Waits(x.auto, this.#buffers);
    this.#atOnce = new Sc(x);
    const value = (cell: number): number => x.mem[cell] ?? 0;
    this.#present = { value, valueFrom: value };
    this.old = new EarlyLoads(x, this.#buffers);
    this.key = new WeakKey(x, this.#buffers);
    this.order = new WeakOrder(x, this.#buffers, this.#waits, this.#atOnce.order);
  }

  owner(agent: number): number {
    return agent % this.#x.threads;
  }

  reset(): void {
    this.#buffers.reset();
    this.old.reset();
  }

  enabled(agent: number): boolean {
    const x = this.#x;
    const b = this.#buffers;
    if (agent >= x.threads) return b.mayLeave(agent % x.threads, Math.trunc(agent / x.threads) - 1);
    const node = x.cur[agent]!;
    const op = x.auto.ops[node]!;
    if (op.kind === Kind.AWAIT) return op.test!(b.visible(agent, op.cell), op.cell);
    if (op.kind === Kind.RETRY) {
      for (let i = 0; i < op.cells.length; i++) {
        if (b.visible(agent, op.cells[i]!) !== op.values[i]) return true;
      }
      return false;
    }
    for (const t of op.drains) if (!b.isEmpty(t)) return false;
    const demand = demandOf(x.auto, node);
    if (demand === Demand.ALL && !b.isEmpty(agent)) return false;
    if (demand === Demand.OWN) {
      for (const entry of this.#waits.own(agent, node, b.mark[agent]!, b.issued[agent]!)) {
        if (!b.hasLeft(agent, entry)) return false;
      }
    }
    return this.#atOnce.enabled(agent) && !this.#meetsClaim(agent, node);
  }

  /** Whether the next step of `thread`, which is enabled but for this, would store to a word that is claimed. */
  #meetsClaim(thread: number, node: number): boolean {
    const x = this.#x;
    const b = this.#buffers;
    const { nodes, ops, foots } = x.auto;
    const n = node << N.SHIFT;
    switch (nodes[n + N.KIND]!) {
      case Kind.XCHG:
      case Kind.OR:
      case Kind.LOCK:
      case Kind.CMPXCHG:
      case Kind.TRYLOCK:
        return b.isClaimed(nodes[n + N.CELL]!) && foots.stores(this.order.nextFoot(thread));
      case Kind.ATOMIC:
      case Kind.GUARDED:
        if (!ops[node]!.cells.some((cell) => b.isClaimed(cell))) return false;
        return this.order.storesToClaimed(this.#present, node);
      default:
        return false;
    }
  }

  execute(agent: number, choice: number): void {
    const x = this.#x;
    if (agent >= x.threads) {
      this.#leave(agent);
      return;
    }
    const node = x.cur[agent]!;
    const aux = Aux.ofThread(this.#buffers.mark[agent]!, this.#buffers.issued[agent]!);
    push(x, agent, node, choice, this.#take(agent, node, choice), aux);
  }

  undo(agent: number, aux: number): void {
    const b = this.#buffers;
    const { threads } = b;
    this.old.undo(this.#x.depth);
    if (agent >= threads) {
      b.head[agent - threads] = Aux.entry(aux, threads);
      return;
    }
    b.mark[agent] = Aux.mark(aux);
    const issued = Aux.issued(aux);
    if (b.issued[agent]! > issued) b.unissue(agent, issued);
  }

  #take(thread: number, node: number, choice: number): number {
    const x = this.#x;
    const { nodes, ops } = x.auto;
    const n = node << N.SHIFT;
    const kind = nodes[n + N.KIND]!;
    const cell = nodes[n + N.CELL]!;
    if (kind === Kind.WRITE || kind === Kind.UNLOCK) return this.#store(thread, node, cell);
    if (kind === Kind.READ && choice > 0) {
      x.result = this.old.pass(cell, choice);
      return look(x, cell, Foot.NONE);
    }
    if (kind === Kind.READ || kind === Kind.AWAIT) {
      x.result = this.#buffers.visible(thread, cell);
      return this.#load(thread, cell, Foot.NONE);
    }
    if (kind === Kind.RETRY) {
      let foot = Foot.NONE;
      for (const c of ops[node]!.cells) foot = this.#load(thread, c, foot);
      x.result = 0;
      return foot;
    }
    return this.#atMemory(thread, node, choice);
  }

  /** A step that acts on memory at once, after the stores that it waits for. */
  #atMemory(thread: number, node: number, choice: number): number {
    const x = this.#x;
    const b = this.#buffers;
    const { nodes, ops } = x.auto;
    const n = node << N.SHIFT;
    const [mark, issued] = [b.mark[thread]!, b.issued[thread]!];
    let foot = isClaim(x.auto, node) ? this.#claim(thread, node) : effect(x, thread, node, choice);
    if (ops[node]!.drains.length > 0) this.old.interrupts();
    for (const t of ops[node]!.drains) {
      foot = this.#look(b.issuedCell(t), foot);
      for (const entry of this.#waits.all(t, b.issued[t]!)) foot = this.#look(b.entryCell(t, entry), foot);
    }
    const demand = demandOf(x.auto, node);
    if (demand !== Demand.NONE) {
      for (const entry of this.#waits.of(demand, thread, node, mark, issued)) {
        foot = this.#look(b.entryCell(thread, entry), foot);
      }
    }
    const orders =
      demand === Demand.ALL || (nodes[n + N.KIND] === Kind.FENCE && barriers.ordersStores(nodes[n + N.A]!));
    if (orders) b.mark[thread] = b.issued[thread]!;
    return foot;
  }

  /** Load at once, and leave the store for later. */
  #claim(thread: number, node: number): number {
    const x = this.#x;
    const b = this.#buffers;
    const op = x.auto.ops[node]!;
    const cell = op.cell >= 0 ? op.cell : op.cells[0]!;
    const old = x.mem[cell]!;
    const top = x.slotTop;
    const foot = effect(x, thread, node, 0);
    const now = x.mem[cell]!;
    // What stores what was there already is over.
    if (now === old) return foot;
    x.mem[cell] = old;
    // The access stays a store: nobody else's store comes between.
    x.slots[(top << S.SHIFT) + S.AFTER] = old;
    if (b.laneOf(thread, cell, b.mark[thread]!) < 0) this.#tooMany(thread);
    x.growCells(b.issue(thread, cell, now, x.depth, Stored.CLAIM, false));
    const claim = b.claimCell(cell);
    touch(x, claim, Mode.WRITE, 0, thread + 1);
    x.mem[claim] = thread + 1;
    return this.#count(thread, foot);
  }

  /** Record that the step depends on a private cell. */
  #look(cell: number, foot: number): number {
    const x = this.#x;
    x.growCells(cell);
    return look(x, cell, foot);
  }

  #store(thread: number, node: number, cell: number): number {
    const x = this.#x;
    const b = this.#buffers;
    const { nodes } = x.auto;
    const n = node << N.SHIFT;
    const kind = nodes[n + N.KIND] === Kind.UNLOCK ? Stored.UNLOCK : Stored.PLAIN;
    const release = isRelease(x.auto, node);
    const issued = b.issued[thread]!;
    if (issued >= Aux.MOST || b.laneOf(thread, cell, release ? issued : b.mark[thread]!) < 0)
      this.#tooMany(thread);
    x.growCells(b.issue(thread, cell, kind === Stored.UNLOCK ? 0 : nodes[n + N.A]!, x.depth, kind, release));
    x.result = 0;
    return this.#count(thread, Foot.NONE);
  }

  /** Record that an interruptible thread has issued a store. */
  #count(thread: number, foot: number): number {
    const x = this.#x;
    const b = this.#buffers;
    if (b.issuing[thread] === Foot.NONE) return foot;
    const counter = b.issuedCell(thread);
    const issued = b.issued[thread]!;
    touch(x, counter, Mode.WRITE, issued - 1, issued);
    x.mem[counter] = issued;
    return x.auto.foots.extend(foot, access(counter, Mode.WRITE));
  }

  #tooMany(thread: number): never {
    const { threads } = this.#x.program;
    const most = `${this.#buffers.lanes} are possible with ${threads.length} threads`;
    throw tooManyStores(
      `${threads[thread]!.name} has too many stores on their way with no order among them; ${most}`,
    );
  }

  /** Record a load of `cell`: of the own store on its way that it reads, or of memory. */
  #load(thread: number, cell: number, foot: number): number {
    const x = this.#x;
    const b = this.#buffers;
    const entry = b.forwards(thread, cell);
    return look(x, entry >= 0 ? b.entryCell(thread, entry) : cell, foot);
  }

  /** The first store of a lane reaches memory. */
  #leave(agent: number): void {
    const x = this.#x;
    const b = this.#buffers;
    const { threads } = x;
    const thread = agent % threads;
    const entry = b.leave(thread, Math.trunc(agent / threads) - 1);
    const at = entry * threads + thread;
    const cell = b.cell[at]!;
    const kind = b.kind[at]!;
    const own = b.entryCell(thread, entry);
    let foot = arrive(x, thread, cell, b.value[at]!, own, kind === Stored.UNLOCK);
    if (kind === Stored.CLAIM) {
      const claim = b.claimCell(cell);
      touch(x, claim, Mode.WRITE, thread + 1, 0);
      x.mem[claim] = 0;
    }
    const count = b.before(thread, entry);
    for (let i = 0; i < count; i++) foot = this.#look(b.entryCell(thread, b.found[i]!), foot);
    push(x, agent, -1, 0, foot, at);
  }
}
