/** What steps do in another order under the weak order. */
import { E } from '../../execution/events.js';
import type { Execution } from '../../execution/execution.js';
import { N } from '../../program/automata.js';
import { access, Foot, Mode } from '../../program/footprints.js';
import { among, Kind, Kinds } from '../../program/kinds.js';
import { Blocked, type ModelOrder, type Past } from '../model.js';
import type { ScOrder } from '../sc/order.js';
import { Aux } from './aux.js';
import { Stored, type WeakBuffers } from './buffers.js';
import { Demand, demandOf, isClaim } from './demands.js';
import type { Waits } from './waits.js';

export class WeakOrder implements ModelOrder {
  readonly #x: Execution;
  readonly #buffers: WeakBuffers;
  readonly #waits: Waits;
  /** For steps that act on memory at once. */
  readonly #atOnce: ScOrder;

  constructor(x: Execution, buffers: WeakBuffers, waits: Waits, atOnce: ScOrder) {
    this.#x = x;
    this.#buffers = buffers;
    this.#waits = waits;
    this.#atOnce = atOnce;
  }

  cause(event: number): number {
    const { events, threads } = this.#x;
    const e = event << E.SHIFT;
    return events[e + E.AGENT]! < threads ? -1 : this.#buffers.event[events[e + E.AUX]!]!;
  }

  mayWait(event: number): boolean {
    const { events, auto, threads } = this.#x;
    const e = event << E.SHIFT;
    const node = events[e + E.NODE]!;
    const aux = events[e + E.AUX]!;
    if (node < 0) {
      const b = this.#buffers;
      return b.before(aux % threads, Aux.entry(aux, threads)) > 0 || this.#everClaimed(b.cell[aux]!);
    }
    if (among(Kinds.WAITS, auto.nodes[(node << N.SHIFT) + N.KIND]!)) return true;
    if (auto.ops[node]!.drains.length > 0) return true;
    const { cell, cells } = auto.ops[node]!;
    if ((cell >= 0 && this.#everClaimed(cell)) || cells.some((c) => this.#everClaimed(c))) return true;
    const demand = demandOf(auto, node);
    if (demand === Demand.NONE) return false;
    return this.#waits.of(demand, auto.thread[node]!, node, Aux.mark(aux), Aux.issued(aux)).length > 0;
  }

  /** Whether the execution has a claim of `cell`. */
  #everClaimed(cell: number): boolean {
    const { cellLast } = this.#x;
    const claim = this.#buffers.claimCell(cell);
    // The state that an execution begins in may have claims, too.
    return claim < cellLast.length && (cellLast[claim]! >= 0 || this.#buffers.isClaimed(cell));
  }

  waitChanged(thread: number, from: number): boolean {
    const { auto, cur, last } = this.#x;
    if (this.#hasLeft(thread, from) || this.#atOnce.waitChanged(thread, from)) return true;
    return auto.ops[cur[thread]!]!.drains.some((t) => last[t]! >= from || this.#hasLeft(t, from));
  }

  /** Whether an event from `from` on moved a store of `thread`. */
  #hasLeft(thread: number, from: number): boolean {
    const { last, threads, agents } = this.#x;
    for (let agent = threads + thread; agent < agents; agent += threads)
      if (last[agent]! >= from) return true;
    return false;
  }

  aux(thread: number): number {
    return Aux.ofThread(this.#buffers.mark[thread]!, this.#buffers.issued[thread]!);
  }

  footIn(past: Past, node: number, aux: number): number {
    if (node < 0) return this.#leaving(past, aux);
    const { auto } = this.#x;
    const b = this.#buffers;
    const kind = auto.nodes[(node << N.SHIFT) + N.KIND]!;
    const thread = auto.thread[node]!;
    if (kind === Kind.WRITE || kind === Kind.UNLOCK) return b.issuing[thread]!;
    if (kind === Kind.READ || kind === Kind.AWAIT || kind === Kind.RETRY)
      return this.#loading(past, node, aux);
    const demand = demandOf(auto, node);
    const { drains } = auto.ops[node]!;
    let foot = this.#atOnce.footIn(past, node);
    if (foot !== Foot.DISABLED && this.#storesToClaimed(past, foot)) return Foot.DISABLED;
    if (foot !== Foot.DISABLED && b.issuing[thread] !== Foot.NONE && this.#claims(past, node, foot)) {
      foot = auto.foots.extend(foot, access(b.issuedCell(thread), Mode.WRITE));
    }
    for (const t of drains) {
      if (foot === Foot.DISABLED) return foot;
      foot = auto.foots.extend(foot, access(b.issuedCell(t), Mode.READ));
      foot = this.#after(past, t, this.#waits.all(t, past.value(b.issuedCell(t))), foot);
    }
    if (foot === Foot.DISABLED || demand === Demand.NONE) return foot;
    const entries = this.#waits.of(demand, thread, node, Aux.mark(aux), Aux.issued(aux));
    return this.#after(past, thread, entries, foot);
  }

  footOf(past: Past, event: number): number {
    const { events } = this.#x;
    const e = event << E.SHIFT;
    return this.footIn(past, events[e + E.NODE]!, events[e + E.AUX]!);
  }

  /** Whether the step at `node`, which has the footprint `foot` in the state `past`, changes a word later. */
  #claims(past: Past, node: number, foot: number): boolean {
    const { auto } = this.#x;
    if (!isClaim(auto, node) || !auto.foots.stores(foot)) return false;
    const n = node << N.SHIFT;
    const kind = auto.nodes[n + N.KIND]!;
    const now = auto.nodes[n + (kind === Kind.XCHG ? N.A : N.B)]!;
    return kind === Kind.ATOMIC || past.value(auto.nodes[n + N.CELL]!) !== now;
  }

  /** Whether the step at `node`, taken in the state `past`, would store to a word that is claimed there. */
  storesToClaimed(past: Past, node: number): boolean {
    const foot = this.#atOnce.footIn(past, node);
    return foot !== Foot.DISABLED && this.#storesToClaimed(past, foot);
  }

  #storesToClaimed(past: Past, foot: number): boolean {
    const { auto, cells } = this.#x;
    const { items, start } = auto.foots;
    for (let i = start[foot]!; i < start[foot + 1]!; i++) {
      const cell = items[i]! >> 2;
      if ((items[i]! & 3) === Mode.READ || cell >= cells || !this.#everClaimed(cell)) continue;
      if (past.value(this.#buffers.claimCell(cell)) > 0) return true;
    }
    return false;
  }

  /** `foot` and that `entries` of `thread` have left, or `Foot.DISABLED` if one has not. */
  #after(past: Past, thread: number, entries: readonly number[], foot: number): number {
    let all = foot;
    for (const entry of entries) {
      const own = this.#buffers.entryCell(thread, entry);
      if (past.value(own) === 0) return Foot.DISABLED;
      all = this.#x.auto.foots.extend(all, access(own, Mode.READ));
    }
    return all;
  }

  #loading(past: Past, node: number, aux: number): number {
    const { nodes, ops, foots, thread: threadOf } = this.#x.auto;
    const b = this.#buffers;
    const kind = nodes[(node << N.SHIFT) + N.KIND]!;
    const thread = threadOf[node]!;
    const op = ops[node]!;
    let possible = kind === Kind.READ;
    let foot = Foot.NONE;
    for (let i = 0; i < (kind === Kind.RETRY ? op.cells.length : 1); i++) {
      const cell = kind === Kind.RETRY ? op.cells[i]! : op.cell;
      const entry = b.newestTo(thread, cell, Aux.issued(aux));
      const own = entry >= 0 && past.value(b.entryCell(thread, entry)) === 0;
      const value = own ? b.value[entry * b.threads + thread]! : past.value(cell);
      possible ||=
        kind === Kind.RETRY ? value !== op.values[i] : kind === Kind.AWAIT && op.test!(value, op.cell);
      foot = foots.extend(foot, access(own ? b.entryCell(thread, entry) : cell, Mode.READ));
    }
    return possible ? foot : Foot.DISABLED;
  }

  /** The store that `aux` names leaves. */
  #leaving(past: Past, aux: number): number {
    const b = this.#buffers;
    const { foots } = this.#x.auto;
    const thread = aux % b.threads;
    const entry = Aux.entry(aux, b.threads);
    const cell = b.cell[aux]!;
    if (b.kind[aux] !== Stored.CLAIM && this.#everClaimed(cell) && past.value(b.claimCell(cell)) > 0) {
      return Foot.DISABLED;
    }
    let foot = foots.extend(Foot.NONE, access(cell, Mode.WRITE));
    foot = foots.extend(foot, access(b.entryCell(thread, entry), Mode.WRITE));
    for (let left = b.before(thread, entry), i = 0; i < left; i++) {
      const own = b.entryCell(thread, b.found[i]!);
      if (past.value(own) === 0) return Foot.DISABLED;
      foot = foots.extend(foot, access(own, Mode.READ));
    }
    return foot;
  }

  nextFoot(agent: number): number {
    const { auto, cur, threads } = this.#x;
    if (agent >= threads) return this.#nextToLeave(agent);
    const kind = auto.nodes[(cur[agent]! << N.SHIFT) + N.KIND]!;
    // Memory is touched when the store leaves.
    return kind === Kind.WRITE || kind === Kind.UNLOCK
      ? this.#buffers.issuing[agent]!
      : this.#atOnce.nextFoot(agent);
  }

  waitsForSeveral(node: number): boolean {
    if (node < 0) return false;
    const { kind, drains, cells } = this.#x.auto.ops[node]!;
    return (
      drains.length > 0 ||
      this.#atOnce.waitsForSeveral(node) ||
      // A retry only reads: a claim does not hold it up, and one word that has changed is enough.
      (kind !== Kind.RETRY && cells.length > 1 && cells.some((c) => this.#everClaimed(c)))
    );
  }

  blockedBy(past: Past, node: number, aux: number): number {
    const { auto, cells: shared } = this.#x;
    const b = this.#buffers;
    const demand = demandOf(auto, node);
    if (demand !== Demand.NONE) {
      const thread = auto.thread[node]!;
      for (const entry of this.#waits.of(demand, thread, node, Aux.mark(aux), Aux.issued(aux))) {
        if (past.value(b.entryCell(thread, entry)) === 0) return Blocked.FOR_GOOD;
      }
    }
    for (const t of auto.ops[node]!.drains) {
      for (const entry of this.#waits.all(t, past.value(b.issuedCell(t)))) {
        if (past.value(b.entryCell(t, entry)) === 0) return b.issuedCell(t);
      }
    }
    const guard = this.#atOnce.blockedBy(past, node);
    if (guard >= 0) return guard;
    const foot = this.#atOnce.footIn(past, node);
    if (foot === Foot.DISABLED) return Blocked.FOR_GOOD;
    const { items, start } = auto.foots;
    for (let i = start[foot]!; i < start[foot + 1]!; i++) {
      const cell = items[i]! >> 2;
      if ((items[i]! & 3) === Mode.READ || cell >= shared || !this.#everClaimed(cell)) continue;
      if (past.value(b.claimCell(cell)) > 0) return b.claimCell(cell);
    }
    return Blocked.NOT;
  }

  waitFoot(thread: number): number {
    const { auto, cur } = this.#x;
    const b = this.#buffers;
    const node = cur[thread]!;
    const demand = demandOf(auto, node);
    if (demand !== Demand.NONE) {
      // While such a store is on its way, no other thread can enable it.
      const entries = this.#waits.of(demand, thread, node, b.mark[thread]!, b.issued[thread]!);
      for (const entry of entries) if (!b.hasLeft(thread, entry)) return Foot.NONE;
    }
    let foot = this.#atOnce.waitFoot(thread);
    // Whoever has claimed another word of it can, too.
    const { cells } = auto.ops[node]!;
    if (cells.some((cell) => b.isClaimed(cell))) foot = auto.nodes[(node << N.SHIFT) + N.READS]!;
    for (const t of auto.ops[node]!.drains) foot = this.#awaited(t, foot);
    return foot;
  }

  /** A step waits until the stores of `thread` are in memory, and perhaps one that is yet to be issued. */
  #awaited(thread: number, foot: number): number {
    const b = this.#buffers;
    const { foots } = this.#x.auto;
    let all = foots.extend(foot, access(b.issuedCell(thread), Mode.READ));
    for (let entry = b.issued[thread]! - 1; entry >= 0; entry--) {
      if (b.hasLeft(thread, entry)) continue;
      all = foots.extend(all, access(b.cell[entry * b.threads + thread]!, Mode.READ));
    }
    return all;
  }

  #nextToLeave(agent: number): number {
    const b = this.#buffers;
    const entry = b.head[agent - b.threads]!;
    if (entry < 0) return Foot.NONE;
    const cell = b.cell[entry * b.threads + (agent % b.threads)]!;
    return this.#x.auto.foots.extend(Foot.NONE, access(cell, Mode.WRITE));
  }
}
