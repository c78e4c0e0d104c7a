/**
 * Which loads may be made early, a second time and plainly: over the list of all that has happened, by one relation of
 * "comes before" between any two. A load may pass by a store if no chain leads from the store to the load.
 */

import { type Cell, type Op, OpKind, Order } from '@racewalk/core/step';
import { barriers } from '../program/barriers.js';

/** Something that has happened, as far as the order of loads goes. */
export interface Happened {
  readonly thread: number;
  /** Of a store that reaches memory: the number of the step that made it; else -1. */
  readonly issued: number;
  readonly op: Pick<Op, 'kind' | 'a' | 'order' | 'locked' | 'after' | 'drains'>;
  /** The words that were loaded from memory, each with the number of the store that was read; -1 for the initial value. */
  readonly loads: ReadonlyMap<Cell, number>;
  /** The words that were loaded from an own store on its way. */
  readonly forwarded: readonly Cell[];
  /** The words that were stored to, in memory. */
  readonly stores: readonly Cell[];
  /** It stored to memory, in its own place. */
  readonly atOnce: boolean;
  /** Numbers of the stores that had to be in memory first. */
  readonly waited: readonly number[];
  /** An exchange that failed, or whose store is seen later: only a load. */
  readonly loadOnly: boolean;
  /** It made a store that is on its way now. */
  readonly issues: boolean;
}

const PLAIN_LOADS: ReadonlySet<number> = new Set([OpKind.READ, OpKind.AWAIT, OpKind.RETRY]);
const NO_ACCESSES: ReadonlySet<number> = new Set([OpKind.WRITE, OpKind.UNLOCK, OpKind.RETRY, OpKind.CHOOSE]);

/** Whether barriers and stores come after it: not what an observer does. */
const counts = ({ op }: Happened): boolean => op.locked || op.order !== Order.USUAL;

/** Whether later loads of its thread come after it. */
function acquires({ op, loadOnly, issues }: Happened): boolean {
  if (op.kind === OpKind.FENCE) return barriers.beforeLoads(op.a);
  if (op.kind === OpKind.AWAIT) return true;
  if (op.kind === OpKind.READ) return op.order === Order.ACQUIRE || op.order === Order.FULL;
  if (NO_ACCESSES.has(op.kind)) return false;
  if (loadOnly && !issues) return false;
  if (!op.locked) return op.order === Order.ACQUIRE;
  return op.order !== Order.RELAXED && op.order !== Order.RELEASE;
}

/** Whether the program puts step `i` of a thread before its later step `j`, or before a store that leaves. */
function inProgram(all: readonly Happened[], i: number, j: number): boolean {
  const a = all[i]!;
  const b = all[j]!;
  if (a.thread !== b.thread || a.issued >= 0) return false;
  if (b.issued >= 0) return i <= b.issued && (counts(a) || a.atOnce);
  if (i >= j) return false;
  const { op } = b;
  if (op.kind === OpKind.FENCE) return barriers.afterLoads(op.a) && counts(a);
  if (NO_ACCESSES.has(op.kind) && op.kind !== OpKind.RETRY && op.kind !== OpKind.CHOOSE) return false;
  if (b.atOnce) return counts(a) || a.atOnce;
  if (!PLAIN_LOADS.has(op.kind) && op.kind !== OpKind.CHOOSE && op.locked && !b.loadOnly) return counts(a);
  if (acquires(a)) return true;
  const reads = (c: Happened, cell: Cell): boolean => c.loads.has(cell) || c.forwarded.includes(cell);
  const newest = (cell: Cell): boolean =>
    reads(a, cell) &&
    !all.some((c, k) => k > i && k < j && c.thread === a.thread && counts(c) && reads(c, cell));
  return counts(a) && op.after.some(newest);
}

/** Whether `i` comes directly before `j`. */
function directly(all: readonly Happened[], i: number, j: number): boolean {
  return (
    inProgram(all, i, j) ||
    throughWords(all, i, j) ||
    behindInterrupt(all, i, j) ||
    beforeInterrupt(all, i, j)
  );
}

/** Whether a thread did `j` behind the interrupt `i`: what it had done before `j` already had to come after it. */
function behindInterrupt(all: readonly Happened[], i: number, j: number): boolean {
  const { thread, issued } = all[j]!;
  if (i >= j || issued >= 0 || !all[i]!.op.drains.includes(thread)) return false;
  return [...standBehind(all, i, j)].some((k) => k !== i && all[k]!.thread === thread && all[k]!.issued < 0);
}

/** Whether a thread did `i` before the interrupt `j`: something that it did later already had to come before that. */
function beforeInterrupt(all: readonly Happened[], i: number, j: number): boolean {
  const a = all[i]!;
  if (i >= j || a.issued >= 0 || !counts(a) || !all[j]!.op.drains.includes(a.thread)) return false;
  for (let k = i; k < j; k++) {
    const own = all[k]!.thread === a.thread && all[k]!.issued < 0;
    if (own && standBehind(all, k, j + 1).has(j)) return true;
  }
  return false;
}

/** Event `first` and those before `end` that stand behind it in every schedule with the same values. */
function standBehind(all: readonly Happened[], first: number, end: number): ReadonlySet<number> {
  const reached = new Set([first]);
  for (const a of reached) {
    for (let b = a + 1; b < end; b++) {
      const ordered = all[a]!.thread === all[b]!.thread && all[a]!.issued < 0;
      const next = ordered && (all[b]!.issued < 0 || all[b]!.issued === a);
      if (next || throughWords(all, a, b)) reached.add(b);
    }
  }
  return reached;
}

/** Whether `i` comes before `j` because of the words that they touch, or because one waits for the other. */
function throughWords(all: readonly Happened[], i: number, j: number): boolean {
  const a = all[i]!;
  const b = all[j]!;
  if (b.waited.includes(i)) return true;
  const interrupts = (x: Happened, y: Happened): boolean => x.op.drains.includes(y.thread) && y.issues;
  if (i < j && (interrupts(a, b) || interrupts(b, a))) return true;
  for (const cell of b.stores) {
    if (a.stores.includes(cell) && i < j) return true;
    const read = a.loads.get(cell);
    if (read !== undefined && read < j && i !== j) return true;
  }
  const ownStore = a.issued >= 0 && a.thread === b.thread && PLAIN_LOADS.has(b.op.kind);
  return [...b.loads.values()].includes(i) && !ownStore;
}

/** The numbers of the stores to `cell`, oldest first. */
const storesTo = (all: readonly Happened[], cell: Cell): number[] =>
  all.flatMap(({ stores }, i) => (stores.includes(cell) ? [i] : []));

/** The store that a load reads if it passes by the newest `count` stores to `cell`; undefined if there are fewer. */
export function storeRead(all: readonly Happened[], cell: Cell, count: number): number | undefined {
  const stores = storesTo(all, cell);
  return count > stores.length ? undefined : (stores[stores.length - 1 - count] ?? -1);
}

/** Whether `load`, which comes next and says that it reads `cell`, may pass by as many stores as it does. */
export function mayPass(past: readonly Happened[], load: Happened, cell: Cell): boolean {
  const all = [...past, load];
  const read = load.loads.get(cell)!;
  for (const [i, { thread, loads, stores, op }] of past.entries()) {
    if (thread !== load.thread) continue;
    if (stores.includes(cell) && i > read) return false;
    if (op.locked && (loads.get(cell) ?? -1) > read) return false;
  }
  const passed = storesTo(past, cell).find((i) => i > read);
  if (passed === undefined) return true;
  const reached = new Set([passed]);
  for (const i of reached) {
    for (let j = 0; j < all.length; j++) if (!reached.has(j) && directly(all, i, j)) reached.add(j);
  }
  return !reached.has(past.length);
}
