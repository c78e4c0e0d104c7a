/**
 * What a thread may still do from each node of its automaton, learned from what it did.
 *
 * Nothing is computed in advance. The future of a node is the union of what has been seen: what its own step
 * touches, and the futures of the nodes that were seen to follow it. So a future may be too small when it is
 * used. The search notices if a future that it relied on grows, and starts again knowing more. That this ends
 * in a search that lost nothing is argued in `persistent.ts`.
 *
 * A node is *sticky* if its step closes a cycle of its thread's automaton. Without the sticky nodes the
 * automata are acyclic: no agent takes infinitely many steps without passing one.
 */
import { type Automata, N } from '../../program/automata.js';
import { access, grown, Mode } from '../../program/footprints.js';
import { among, Kind } from '../../program/kinds.js';
import { Masks } from './masks.js';
import { Order } from './order.js';

/** A decision relied on the thread at this node touching no more than its future. */
const BELIEVED = 1;
/** A decision relied on the step at this node closing no cycle: it was in a reduced set, or asleep. */
const NOT_STICKY = 2;

/** Kinds whose step always stores. */
const STORES = (1 << Kind.WRITE) | (1 << Kind.XCHG) | (1 << Kind.OR) | (1 << Kind.LOCK) | (1 << Kind.UNLOCK);

export class Futures {
  readonly auto: Automata;
  readonly masks: Masks;
  /** Per node: mask of all that may follow, its own step included. */
  future = new Int32Array(256);
  sticky = new Uint8Array(256);
  anySticky = false;
  /** Goes up when something known before changes. */
  epoch = 0;
  /** Something was learned that contradicts an earlier decision. */
  stale = false;
  #count = 0;
  #relied = new Uint8Array(256);
  /** Last event seen at each node: its footprint and where it led. */
  #foot = new Int32Array(256).fill(-1);
  #target = new Int32Array(256).fill(-1);
  /** All events seen: open addressing over triples of node, footprint and target. */
  #seen = new Int32Array(3 * 1024).fill(-1);
  #seenMask = 1023;
  #seenCount = 0;
  /** Edges into each node, as linked lists. */
  #into = new Int32Array(256).fill(-1);
  readonly #from: number[] = [];
  readonly #next: number[] = [];
  readonly #order = new Order();
  readonly #todo: number[] = [];

  constructor(auto: Automata) {
    this.auto = auto;
    this.masks = new Masks(auto.foots, auto.program.cells.length + auto.program.threads.length);
    this.meet(auto.count);
  }

  /** How many different events were seen: a node, what its step touched, and where it led. */
  get events(): number {
    return this.#seenCount;
  }

  /** Forget what was relied on, for a new start; what was learned stays. */
  restart(): void {
    this.#relied.fill(0);
    this.stale = false;
  }

  /** The step at `node` was made with footprint `foot` and led to `target`. */
  learn(node: number, foot: number, target: number): void {
    if (this.#foot[node] === foot && this.#target[node] === target) return;
    this.#look(node, foot, target);
  }

  /** Rely on the future of the thread that stands at `node`. */
  believe(node: number): void {
    this.#relied[node]! |= BELIEVED;
  }

  /** Rely on `node` not being sticky. */
  trust(node: number): void {
    this.#relied[node]! |= NOT_STICKY;
  }

  /** Take in the nodes below `count`. */
  meet(count: number): void {
    if (count > this.future.length) this.#grow(count);
    const { nodes, foots, ops, program } = this.auto;
    for (; this.#count < count; this.#count++) {
      const node = this.#count;
      const n = node << N.SHIFT;
      this.#order.add(node);
      let foot = among(STORES, nodes[n + N.KIND]!) ? nodes[n + N.WRITES]! : nodes[n + N.READS]!;
      // How many stores a thread has issued is one of the model's standing cells.
      for (const t of ops[node]!.drains)
        foot = foots.extend(foot, access(program.cells.length + t, Mode.READ));
      this.future[node] = this.masks.ofFoot(foot);
    }
  }

  #look(node: number, touched: number, target: number): void {
    if (this.#count < this.auto.count) this.meet(this.auto.count);
    this.#foot[node] = touched;
    this.#target[node] = target;
    const foot = this.masks.shared(touched);
    const seen = this.#seen;
    let i = hash(node, foot, target);
    for (;;) {
      i &= this.#seenMask;
      const at = i * 3;
      if (seen[at]! < 0) break;
      if (seen[at] === node && seen[at + 1] === foot && seen[at + 2] === target) return;
      i++;
    }
    seen[i * 3] = node;
    seen[i * 3 + 1] = foot;
    seen[i * 3 + 2] = target;
    if (++this.#seenCount * 2 > this.#seenMask) this.#rehash();
    this.#connect(node, target);
    const { masks, future } = this;
    this.#widen(node, masks.union(masks.union(future[node]!, masks.ofFoot(foot)), future[target]!));
  }

  #connect(node: number, target: number): void {
    this.#next.push(this.#into[target]!);
    this.#into[target] = this.#from.length;
    this.#from.push(node);
    if (this.sticky[node] === 1 || !this.#order.closes(node, target)) return;
    this.sticky[node] = 1;
    this.anySticky = true;
    this.epoch++;
    if ((this.#relied[node]! & NOT_STICKY) !== 0) this.stale = true;
  }

  /** Give `node` the future `mask`, and those before it theirs. */
  #widen(node: number, mask: number): void {
    if (mask === this.future[node]) return;
    this.#change(node, mask);
    for (let at = this.#todo.pop(); at !== undefined; at = this.#todo.pop()) {
      for (let edge = this.#into[at]!; edge >= 0; edge = this.#next[edge]!) {
        const from = this.#from[edge]!;
        const wider = this.masks.union(this.future[from]!, this.future[at]!);
        if (wider !== this.future[from]) this.#change(from, wider);
      }
    }
  }

  #change(node: number, mask: number): void {
    this.future[node] = mask;
    this.epoch++;
    if ((this.#relied[node]! & BELIEVED) !== 0) this.stale = true;
    this.#todo.push(node);
  }

  #grow(count: number): void {
    const old = this.future.length;
    this.future = grown(this.future, count);
    const size = this.future.length;
    this.#foot = grown(this.#foot, size).fill(-1, old);
    this.#target = grown(this.#target, size).fill(-1, old);
    this.#into = grown(this.#into, size).fill(-1, old);
    this.sticky = wider(this.sticky, size);
    this.#relied = wider(this.#relied, size);
  }

  #rehash(): void {
    const old = this.#seen;
    this.#seenMask = this.#seenMask * 2 + 1;
    this.#seen = new Int32Array(3 * (this.#seenMask + 1)).fill(-1);
    for (let at = 0; at < old.length; at += 3) {
      if (old[at]! < 0) continue;
      let i = hash(old[at]!, old[at + 1]!, old[at + 2]!) & this.#seenMask;
      while (this.#seen[i * 3]! >= 0) i = (i + 1) & this.#seenMask;
      this.#seen.set(old.subarray(at, at + 3), i * 3);
    }
  }
}

function hash(node: number, foot: number, target: number): number {
  const h = Math.imul(node, 0x9e3779b1) ^ Math.imul(target, 0x85ebca6b) ^ Math.imul(foot, 0xc2b2ae35);
  return (h ^ (h >>> 15)) >>> 0;
}

function wider(array: Uint8Array, size: number): Uint8Array<ArrayBuffer> {
  const copy = new Uint8Array(size);
  copy.set(array);
  return copy;
}
