/**
 * Loads that are made early. A load may return what its word held at any moment between the last thing that it must come
 * after and its own place in the schedule. So it passes by some of the newest stores to its word, and comes before them.
 *
 * **What is allowed.** "Comes before" is a relation among events: a load after the store that it reads and before the next
 * store to its word; stores to one word in their order; what the program orders (below). A load may pass by a store if that
 * store does not come before the load already. Armv8 and RVWMO are multi-copy atomic: executions without a circle in
 * this relation are all there are.
 *
 * **What the program orders.** A load comes after earlier loads of its thread that acquire, after locked operations that
 * acquire or are full barriers, after what a barrier says, and after the load that its address came from (`Op.after`); and
 * it is not older than what the thread has read or stored of the word. A store comes after every earlier load (no load buffering). What
 * is not locked and says no order (what an observer does) orders nothing, and words of observers do not either. A step of the
 * hardware that is not locked says RELAXED: barriers and later stores come after it (an invalidation); or ACQUIRE: later
 * loads do, too (a walk, of which one may fault). A step that stores to memory at once comes after all that its thread did.
 * What a thread does behind an interrupt that it has taken (`Op.drains`) comes after the interrupt: handlers contain a full
 * barrier (llist_del_all(), kernel/smp.c). It is behind it if an earlier event of the thread already had to be; else the
 * interrupt might as well have come later. And the interrupt comes after what stands in the thread before an event that had to
 * come before it.
 *
 * A circle is closed by the load that passes by a store, never by another event, because it alone comes before something
 * older. So looking when a load is made is enough.
 */

import { Order, roleOf } from '@racewalk/core/step';
import { E, S } from '../../execution/events.js';
import type { Execution } from '../../execution/execution.js';
import { N } from '../../program/automata.js';
import { barriers, mayBeOld } from '../../program/barriers.js';
import { grown, Mode } from '../../program/footprints.js';
import { among, Kind, Kinds } from '../../program/kinds.js';
import type { HappensBefore, OldLoads } from '../model.js';
import type { WeakBuffers } from './buffers.js';
import { isClaim } from './demands.js';
import { EventSet } from './event-set.js';

/** A search keeps sets of alternatives in a word. */
const MOST = 30;

export class EarlyLoads implements OldLoads {
  readonly #x: Execution;
  readonly #buffers: WeakBuffers;
  /** Per word: whether a load may return an older value, and whether an observer keeps it. */
  readonly #old: readonly boolean[];
  readonly #ghost: readonly boolean[];
  /** Loads that passed by stores, oldest first: the event, and the oldest store that it passed by. */
  #loads = new Int32Array(16);
  #passed = new Int32Array(16);
  #count = 0;
  /** Events that interrupted threads, oldest first. */
  #interrupts = new Int32Array(16);
  #interruptCount = 0;
  /** Scratch: events that come before a load, and events without which another could not be where it is. */
  readonly #found = new EventSet();
  readonly #led = new EventSet();

  constructor(x: Execution, buffers: WeakBuffers) {
    this.#x = x;
    this.#buffers = buffers;
    this.#old = x.program.cells.map((info) => mayBeOld(roleOf(info)));
    this.#ghost = x.program.cells.map((info) => roleOf(info).is === 'ghost');
  }

  reset(): void {
    this.#count = 0;
    this.#interruptCount = 0;
  }

  /** The next event interrupts other threads. */
  interrupts(): void {
    if (this.#interruptCount === this.#interrupts.length) this.#interrupts = grown(this.#interrupts, 0);
    this.#interrupts[this.#interruptCount++] = this.#x.depth;
  }

  /** The newest event, which had this number, is gone. */
  undo(event: number): void {
    if (this.#count > 0 && this.#loads[this.#count - 1] === event) this.#count--;
    if (this.#interruptCount > 0 && this.#interrupts[this.#interruptCount - 1] === event)
      this.#interruptCount--;
  }

  possible(event: number): boolean {
    const { events, slots, auto } = this.#x;
    const at = event << E.SHIFT;
    const node = events[at + E.NODE]!;
    if (node < 0 || auto.nodes[(node << N.SHIFT) + N.KIND] !== Kind.READ || events[at + E.PREV]! < 0)
      return false;
    if (auto.ops[node]!.order === Order.FULL) return false;
    const slot = events[at + E.SLOT]! << S.SHIFT;
    return this.#old[slots[slot + S.CELL]!] === true && slots[slot + S.PREV]! >= 0;
  }

  most(event: number, before: HappensBefore): number {
    const { events, slots } = this.#x;
    const at = event << E.SHIFT;
    const prev = events[at + E.PREV]!;
    const slot = slots[(events[at + E.SLOT]! << S.SHIFT) + S.PREV]!;
    const newest = this.#storeFrom(slot);
    if (newest < 0 || !before(slots[(newest << S.SHIFT) + S.EVENT]!, prev)) return 0;
    return this.#mayPass(events[at + E.AGENT]!, events[at + E.NODE]!, prev, slot, event);
  }

  allows(thread: number, choice: number): boolean {
    const { cur, auto, cellLast, last, depth } = this.#x;
    const node = cur[thread]!;
    const n = node << N.SHIFT;
    if (auto.nodes[n + N.KIND] !== Kind.READ || auto.ops[node]!.order === Order.FULL) return false;
    const cell = auto.nodes[n + N.CELL]!;
    if (this.#old[cell] !== true || last[thread]! < 0 || this.#buffers.forwards(thread, cell) >= 0)
      return false;
    return choice <= this.#mayPass(thread, node, last[thread]!, cellLast[cell]!, depth);
  }

  /** The value of `cell` before its newest `count` stores; the load that returns it is the next event. */
  pass(cell: number, count: number): number {
    const { slots, cellLast, depth } = this.#x;
    let slot = this.#storeFrom(cellLast[cell]!);
    for (let i = 1; i < count; i++) slot = this.#storeFrom(slots[(slot << S.SHIFT) + S.PREV]!);
    if (this.#count === this.#loads.length) {
      this.#loads = grown(this.#loads, 0);
      this.#passed = grown(this.#passed, 0);
    }
    this.#loads[this.#count] = depth;
    this.#passed[this.#count++] = slots[(slot << S.SHIFT) + S.EVENT]!;
    return slots[(slot << S.SHIFT) + S.BEFORE]!;
  }

  /** The newest store to a cell at `slot` or before, as a slot; -1 if there is none. */
  #storeFrom(slot: number): number {
    const { slots } = this.#x;
    let k = slot;
    while (k >= 0 && (slots[(k << S.SHIFT) + S.MODE] === Mode.READ || this.#isClaim(k))) {
      k = slots[(k << S.SHIFT) + S.PREV]!;
    }
    return k;
  }

  /** Whether an exchange made only its load here, and its store is seen later. */
  #isClaim(slot: number): boolean {
    const { slots, events, auto } = this.#x;
    const s = slot << S.SHIFT;
    const at = slots[s + S.EVENT]! << E.SHIFT;
    const node = events[at + E.NODE]!;
    if (node < 0 || slots[s + S.CELL]! >= this.#x.cells || !isClaim(auto, node)) return false;
    const claim = this.#buffers.claimCell(slots[s + S.CELL]!);
    const end = events[at + (1 << E.SHIFT) + E.SLOT]!;
    for (let k = events[at + E.SLOT]!; k < end; k++)
      if (slots[(k << S.SHIFT) + S.CELL] === claim) return true;
    return false;
  }

  /**
   * How many stores a load of `thread` may pass by, if it is event `end`, the event before it `prev`, and `newest` the newest
   * slot on its cell.
   */
  #mayPass(thread: number, node: number, prev: number, newest: number, end: number): number {
    const most = Math.min(MOST, this.#unread(thread, newest));
    if (most === 0) return 0;
    this.#comesBefore(thread, node, prev, end);
    const { slots } = this.#x;
    let slot = newest;
    for (let count = 0; count < most; count++) {
      slot = this.#storeFrom(slot);
      if (this.#found.has(slots[(slot << S.SHIFT) + S.EVENT]!)) return count;
      slot = slots[(slot << S.SHIFT) + S.PREV]!;
    }
    return most;
  }

  /** How many of the newest stores to a cell `thread` has neither made nor read, nor read a later one. */
  #unread(thread: number, newest: number): number {
    const { slots, events, threads, auto } = this.#x;
    let count = 0;
    for (let k = newest; k >= 0; k = slots[(k << S.SHIFT) + S.PREV]!) {
      const s = k << S.SHIFT;
      const event = slots[s + S.EVENT]!;
      const at = event << E.SHIFT;
      const own = events[at + E.AGENT]! % threads === thread;
      const loads = slots[s + S.MODE] === Mode.READ || this.#isClaim(k);
      if (!loads) {
        if (own) return count;
        count++;
      } else if (own) {
        const node = events[at + E.NODE]!;
        if (node >= 0 && auto.nodes[(node << N.SHIFT) + N.KIND] === Kind.READ)
          return count + events[at + E.CHOICE]!;
        // What an observer or a walker looks at is nothing that the thread has read.
        if (node >= 0 && auto.ops[node]!.locked) return count;
      }
    }
    return count;
  }

  /** Find all events that come before the load of `thread` at `node` after event `prev`; only events before `end` are. */
  #comesBefore(thread: number, node: number, prev: number, end: number): void {
    this.#found.begin(end);
    this.#beforeLoad(node, prev);
    this.#interrupted(thread, prev);
    for (let event = this.#found.next(); event >= 0; event = this.#found.next()) this.#before(event, end);
  }

  /** Add what comes directly before `event`. */
  #before(event: number, end: number): void {
    const { events, threads, auto } = this.#x;
    const at = event << E.SHIFT;
    const node = events[at + E.NODE]!;
    const agent = events[at + E.AGENT]!;
    this.#conflicts(event, this.#found);
    for (let i = 0; i < this.#count && this.#loads[i]! < end; i++) {
      if (this.#passed[i] === event) this.#found.add(this.#loads[i]!);
    }
    if (agent >= threads) {
      // A store that leaves: no load is later than a store that follows it.
      this.#all(this.#buffers.event[events[at + E.AUX]!]!, true);
      return;
    }
    const prev = events[at + E.PREV]!;
    const kind = auto.nodes[(node << N.SHIFT) + N.KIND]!;
    this.#interrupted(agent, prev);
    this.#interrupting(event, node);
    if (kind === Kind.FENCE) {
      if (barriers.afterLoads(auto.nodes[(node << N.SHIFT) + N.A]!)) this.#all(prev, false);
    } else if (this.#storesAtOnce(event, node)) {
      this.#all(prev, true);
    } else if (among(Kinds.DRAINS, kind) && auto.ops[node]!.locked && !this.#loadsOnly(event, kind)) {
      this.#all(prev, false);
    } else if (kind !== Kind.WRITE && kind !== Kind.UNLOCK) {
      this.#beforeLoad(node, prev);
    }
  }

  /** Add the interrupts that `thread` had taken by its event `prev`. */
  #interrupted(thread: number, prev: number): void {
    const { events, auto } = this.#x;
    for (let i = 0; i < this.#interruptCount && this.#interrupts[i]! < prev; i++) {
      const event = this.#interrupts[i]!;
      const { drains } = auto.ops[events[(event << E.SHIFT) + E.NODE]!]!;
      if (!this.#found.has(event) && drains.includes(thread) && this.#leads(event, prev))
        this.#found.add(event);
    }
  }

  /** Add what threads had done by the newest event that has to stand before the interrupt `event` of them. */
  #interrupting(event: number, node: number): void {
    const { events, auto, last } = this.#x;
    const { drains } = auto.ops[node]!;
    if (drains.length === 0) return;
    this.#leads(0, event);
    for (const t of drains) {
      let p = last[t]!;
      while (p >= 0 && (p > event || !this.#led.has(p))) p = events[(p << E.SHIFT) + E.PREV]!;
      this.#all(p, false);
    }
  }

  /** Whether event `to` stands behind event `from` in every schedule with the same values; {@link #led}: all that it does. */
  #leads(from: number, to: number): boolean {
    const { events, threads } = this.#x;
    const led = this.#led;
    led.begin(to + 1);
    led.add(to);
    for (let event = led.next(); event >= 0; event = led.next()) {
      if (event < from) continue;
      const at = event << E.SHIFT;
      led.add(events[at + E.PREV]!);
      if (events[at + E.AGENT]! >= threads) led.add(this.#buffers.event[events[at + E.AUX]!]!);
      this.#conflicts(event, led);
    }
    return led.has(from);
  }

  /** An exchange that failed, or whose store is seen later, is a load. */
  #loadsOnly(event: number, kind: number): boolean {
    return this.#failed(event, kind) || this.#isClaim(this.#x.events[(event << E.SHIFT) + E.SLOT]!);
  }

  /** An exchange that failed is a load and orders nothing. */
  #failed(event: number, kind: number): boolean {
    const { events, slots } = this.#x;
    if (kind !== Kind.CMPXCHG && kind !== Kind.TRYLOCK) return false;
    return slots[(events[(event << E.SHIFT) + E.SLOT]! << S.SHIFT) + S.MODE] === Mode.READ;
  }

  /** Add all events of a thread up to `newest`; of what observers and the like do, at most what stores at once. */
  #all(newest: number, andStores: boolean): void {
    const { events, auto } = this.#x;
    for (let p = newest; p >= 0; p = events[(p << E.SHIFT) + E.PREV]!) {
      const node = events[(p << E.SHIFT) + E.NODE]!;
      const { locked, order } = auto.ops[node]!;
      if (locked || order !== Order.USUAL || (andStores && this.#storesAtOnce(p, node))) this.#found.add(p);
    }
  }

  /** Whether a step of a thread stores to memory at once. */
  #storesAtOnce(event: number, node: number): boolean {
    const { events, slots, auto, cells } = this.#x;
    const at = event << E.SHIFT;
    const { locked } = auto.ops[node]!;
    const end = events[at + (1 << E.SHIFT) + E.SLOT]!;
    for (let k = events[at + E.SLOT]!; k < end; k++) {
      const cell = slots[(k << S.SHIFT) + S.CELL]!;
      if (slots[(k << S.SHIFT) + S.MODE] === Mode.READ || cell >= cells) continue;
      if ((locked ? !this.#ghost[cell] : this.#old[cell]) && !this.#isClaim(k)) return true;
    }
    return false;
  }

  /** Add what the program puts before the load at `node`, among the events of its thread up to `prev`. */
  #beforeLoad(node: number, prev: number): void {
    const { events, slots, auto } = this.#x;
    const { after } = auto.ops[node]!;
    let found = 0;
    for (let p = prev; p >= 0; p = events[(p << E.SHIFT) + E.PREV]!) {
      const at = p << E.SHIFT;
      const other = events[at + E.NODE]!;
      const kind = auto.nodes[(other << N.SHIFT) + N.KIND]!;
      if (this.#acquires(p, other, kind)) this.#found.add(p);
      if (after.length === 0 || (kind !== Kind.READ && !auto.ops[other]!.locked)) continue;
      const stop = events[at + (1 << E.SHIFT) + E.SLOT]!;
      for (let k = events[at + E.SLOT]!; k < stop; k++) {
        const i = after.indexOf(this.#loaded(slots[(k << S.SHIFT) + S.CELL]!, other));
        if (i < 0 || (found & (1 << i)) !== 0) continue;
        found |= 1 << i;
        this.#found.add(p);
      }
    }
  }

  /** The word that was loaded, where the private cell of a store on its way may stand for it. */
  #loaded(cell: number, node: number): number {
    return cell < this.#x.cells ? cell : this.#x.auto.ops[node]!.cell;
  }

  /** Whether later loads of the thread come after event `event`. */
  #acquires(event: number, node: number, kind: number): boolean {
    const { auto } = this.#x;
    const { order, locked } = auto.ops[node]!;
    switch (kind) {
      case Kind.FENCE:
        return barriers.beforeLoads(auto.nodes[(node << N.SHIFT) + N.A]!);
      case Kind.AWAIT:
        return true;
      case Kind.READ:
        return order === Order.ACQUIRE || order === Order.FULL;
      case Kind.WRITE:
      case Kind.UNLOCK:
      case Kind.RETRY:
      case Kind.CHOOSE:
        return false;
      default:
        if (!locked) return order === Order.ACQUIRE;
        // What waits for no store of its thread may be early itself.
        return order !== Order.RELAXED && order !== Order.RELEASE && !this.#failed(event, kind);
    }
  }

  /** Add to a set what comes before `event` through the words that it touches. */
  #conflicts(event: number, into: EventSet): void {
    const { events, slots, auto, cells, threads } = this.#x;
    const at = event << E.SHIFT;
    const node = events[at + E.NODE]!;
    const kind = node < 0 ? -1 : auto.nodes[(node << N.SHIFT) + N.KIND]!;
    const loads = kind === Kind.READ || kind === Kind.AWAIT || kind === Kind.RETRY;
    const thread = events[at + E.AGENT]! % threads;
    const end = events[at + (1 << E.SHIFT) + E.SLOT]!;
    for (let k = events[at + E.SLOT]!; k < end; k++) {
      const s = k << S.SHIFT;
      const cell = slots[s + S.CELL]!;
      if (cell < cells ? this.#ghost[cell] : loads) continue;
      let slot = slots[s + S.PREV]!;
      if (slots[s + S.MODE] !== Mode.READ && !this.#isClaim(k)) {
        this.#untilStore(slot, into);
        continue;
      }
      slot = this.#storeFrom(slot);
      if (kind === Kind.READ) {
        for (let i = events[at + E.CHOICE]!; i > 0; i--)
          slot = this.#storeFrom(slots[(slot << S.SHIFT) + S.PREV]!);
      }
      if (slot < 0) continue;
      const source = slots[(slot << S.SHIFT) + S.EVENT]!;
      // A thread may read its own store before others see it.
      const by = events[(source << E.SHIFT) + E.AGENT]!;
      if (!(loads && by >= threads && by % threads === thread)) into.add(source);
    }
  }

  /** Add the events at `slot` and before on a cell, up to the newest store. */
  #untilStore(slot: number, into: EventSet): void {
    const { slots } = this.#x;
    for (let k = slot; k >= 0; k = slots[(k << S.SHIFT) + S.PREV]!) {
      into.add(slots[(k << S.SHIFT) + S.EVENT]!);
      if (slots[(k << S.SHIFT) + S.MODE] !== Mode.READ && !this.#isClaim(k)) return;
    }
  }
}
