/** What steps do in another order under TSO. */
import { E } from '../../execution/events.js';
import type { Execution } from '../../execution/execution.js';
import { N } from '../../program/automata.js';
import { access, Foot, Mode } from '../../program/footprints.js';
import { among, Kind, Kinds } from '../../program/kinds.js';
import { Blocked, type ModelOrder, type Past } from '../model.js';
import type { ScOrder } from '../sc/order.js';
import { drained, drains, type StoreBuffers } from './buffers.js';

export class TsoOrder implements ModelOrder {
  readonly #x: Execution;
  readonly #buffers: StoreBuffers;
  /** For steps that act on memory at once. */
  readonly #atOnce: ScOrder;

  constructor(x: Execution, buffers: StoreBuffers, atOnce: ScOrder) {
    this.#x = x;
    this.#buffers = buffers;
    this.#atOnce = atOnce;
  }

  cause(event: number): number {
    const { events, threads } = this.#x;
    const thread = events[(event << E.SHIFT) + E.AGENT]! - threads;
    if (thread < 0) return -1;
    return this.#buffers.event[events[(event << E.SHIFT) + E.AUX]! * threads + thread]!;
  }

  mayWait(event: number): boolean {
    const { events, auto } = this.#x;
    const e = event << E.SHIFT;
    const node = events[e + E.NODE]!;
    if (node < 0) return false;
    if (among(Kinds.WAITS, auto.nodes[(node << N.SHIFT) + N.KIND]!)) return true;
    if (drained(auto, node).length > 0) return true;
    return events[e + E.AUX]! > 0 && drains(auto, node);
  }

  waitChanged(thread: number, from: number): boolean {
    // A locked step also waits for the own store buffer, so a store that left it later is news.
    const { auto, cur, last, threads } = this.#x;
    if (last[threads + thread]! >= from || this.#atOnce.waitChanged(thread, from)) return true;
    // So is one of a thread that is interrupted, and one that this thread has issued.
    return drained(auto, cur[thread]!).some((t) => last[threads + t]! >= from || last[t]! >= from);
  }

  aux(thread: number): number {
    return this.#buffers.issued[thread]!;
  }

  footIn(past: Past, node: number, aux: number): number {
    const { auto } = this.#x;
    const b = this.#buffers;
    let foot = this.#footIn(past, node, aux);
    if (foot === Foot.DISABLED) return foot;
    for (const t of drained(auto, node)) {
      const newest = b.newestCell(t, past.value(b.issuedCell(t)));
      if (newest >= 0 && past.value(newest) === 0) return Foot.DISABLED;
      foot = auto.foots.extend(foot, access(b.issuedCell(t), Mode.READ));
      if (newest >= 0) foot = auto.foots.extend(foot, access(newest, Mode.READ));
    }
    return foot;
  }

  /** The same without the stores of other threads that it waits for. */
  #footIn(past: Past, node: number, aux: number): number {
    const { auto } = this.#x;
    const { nodes, foots, ops } = auto;
    const b = this.#buffers;
    const kind = nodes[(node << N.SHIFT) + N.KIND]!;
    const thread = auto.thread[node]!;
    if (kind === Kind.WRITE || kind === Kind.UNLOCK) return b.issuing[thread]!;
    if (kind === Kind.READ || kind === Kind.AWAIT || kind === Kind.RETRY) {
      const op = ops[node]!;
      let possible = kind === Kind.READ;
      let foot = Foot.NONE;
      for (let i = 0; i < (kind === Kind.RETRY ? op.cells.length : 1); i++) {
        const cell = kind === Kind.RETRY ? op.cells[i]! : op.cell;
        const entry = b.newest(thread, cell, aux);
        const buffered = entry >= 0 && past.value(b.entryCell(thread, entry)) === 0;
        const value = buffered ? b.value[entry * b.threads + thread]! : past.value(cell);
        possible ||=
          kind === Kind.RETRY ? value !== op.values[i] : kind === Kind.AWAIT && op.test!(value, op.cell);
        foot = foots.extend(foot, access(buffered ? b.entryCell(thread, entry) : cell, Mode.READ));
      }
      return possible ? foot : Foot.DISABLED;
    }
    const own = drains(auto, node) ? b.newestCell(thread, aux) : -1;
    if (own >= 0 && past.value(own) === 0) return Foot.DISABLED;
    const foot = this.#atOnce.footIn(past, node);
    if (foot === Foot.DISABLED) return foot;
    return own < 0 ? foot : foots.extend(foot, access(own, Mode.READ));
  }

  footOf(past: Past, event: number): number {
    const { events } = this.#x;
    const e = event << E.SHIFT;
    return this.footIn(past, events[e + E.NODE]!, events[e + E.AUX]!);
  }

  nextFoot(agent: number): number {
    const { auto, cur, threads } = this.#x;
    if (agent >= threads) return this.#nextFlush(agent - threads);
    const kind = auto.nodes[(cur[agent]! << N.SHIFT) + N.KIND]!;
    const b = this.#buffers;
    // Memory is touched when the store leaves the buffer.
    let foot = kind === Kind.WRITE || kind === Kind.UNLOCK ? b.issuing[agent]! : this.#atOnce.nextFoot(agent);
    if (foot === Foot.UNKNOWN) return foot;
    for (const t of drained(auto, cur[agent]!))
      foot = auto.foots.extend(foot, access(b.issuedCell(t), Mode.READ));
    return foot;
  }

  waitsForSeveral(node: number): boolean {
    return drained(this.#x.auto, node).length > 0 || this.#atOnce.waitsForSeveral(node);
  }

  blockedBy(past: Past, node: number, aux: number): number {
    const { auto } = this.#x;
    const b = this.#buffers;
    const own = drains(auto, node) ? b.newestCell(auto.thread[node]!, aux) : -1;
    if (own >= 0 && past.value(own) === 0) return Blocked.FOR_GOOD;
    for (const t of drained(auto, node)) {
      const newest = b.newestCell(t, past.value(b.issuedCell(t)));
      if (newest >= 0 && past.value(newest) === 0) return b.issuedCell(t);
    }
    return this.#atOnce.blockedBy(past, node);
  }

  waitFoot(thread: number): number {
    // While its buffer holds stores, no other thread can enable it.
    if (!this.#buffers.isEmpty(thread) && drains(this.#x.auto, this.#x.cur[thread]!)) return Foot.NONE;
    let foot = this.#atOnce.waitFoot(thread);
    for (const t of drained(this.#x.auto, this.#x.cur[thread]!)) foot = this.#awaited(t, foot);
    return foot;
  }

  /** A step waits until the stores of `thread` are in memory, and perhaps one that is yet to be issued. */
  #awaited(thread: number, foot: number): number {
    const b = this.#buffers;
    const { foots } = this.#x.auto;
    let all = foots.extend(foot, access(b.issuedCell(thread), Mode.READ));
    for (let entry = b.flushed[thread]!; entry < b.issued[thread]!; entry++) {
      all = foots.extend(all, access(b.cell[entry * b.threads + thread]!, Mode.READ));
    }
    return all;
  }

  #nextFlush(thread: number): number {
    const b = this.#buffers;
    if (b.isEmpty(thread)) return Foot.NONE;
    const cell = b.cell[b.flushed[thread]! * b.threads + thread]!;
    return this.#x.auto.foots.extend(Foot.NONE, access(cell, Mode.WRITE));
  }
}
