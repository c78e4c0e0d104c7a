/**
 * Loads by views, after Pulte and others (PLDI 2019): every event has a position, a load may be made at any position that
 * is not before what it comes after, and takes the earliest that its value allows. The third definition of what is allowed,
 * and unlike the two others not a relation.
 */
import { OpKind, Order } from '@racewalk/core/step';
import { barriers } from '../../../src/program/barriers.js';
import type { Happened } from '../../../src/replay/early.js';

/** Positions, by number of the event; -1: none. */
export interface Views {
  /** The newest load, and what later loads come after. */
  readonly oldLoads: number;
  readonly newLoads: number;
  /** Per cell: the newest store that was read or made, and the position of the newest load. */
  readonly seen: readonly number[];
  readonly loaded: readonly number[];
}

export const NO_VIEWS: Views = { oldLoads: -1, newLoads: -1, seen: [], loaded: [] };

/** The views of a thread after a step of its own. Its stores that leave later are seen through what waits for them. */
export function viewsAfter(
  views: Views,
  event: Happened,
  past: readonly Happened[],
  interrupted: readonly Views[],
): Views {
  const { op, waited, loadOnly } = event;
  const { oldLoads, newLoads } = views;
  const drained = Math.max(-1, ...waited);
  if (op.kind === OpKind.FENCE) {
    const all = Math.max(drained, barriers.afterLoads(op.a) ? oldLoads : -1);
    return barriers.beforeLoads(op.a) ? { ...views, newLoads: Math.max(newLoads, all) } : views;
  }
  if (op.kind === OpKind.WRITE || op.kind === OpKind.UNLOCK || op.kind === OpKind.CHOOSE) return views;
  const update = op.kind !== OpKind.READ && op.kind !== OpKind.AWAIT && op.kind !== OpKind.RETRY;
  const full = update && op.locked && !loadOnly;
  const now = past.length;
  // An interrupt comes after what the threads that take it have loaded.
  let pre = Math.max(newLoads, drained, ...interrupted.map((other) => other.oldLoads));
  if (full) pre = Math.max(pre, oldLoads);
  for (const cell of op.after) pre = Math.max(pre, views.loaded[cell] ?? -1);
  const seen = [...views.seen];
  const loaded = [...views.loaded];
  let post = pre;
  for (const [cell, store] of event.loads) {
    const own = !update && store >= 0 && past[store]!.issued >= 0 && past[store]!.thread === event.thread;
    if (!own) post = Math.max(post, store);
    if (op.locked) seen[cell] = Math.max(seen[cell] ?? -1, store);
  }
  for (const cell of event.stores) seen[cell] = now;
  if (event.stores.length > 0) post = now;
  if (!op.locked) return { ...views, seen };
  for (const cell of [...event.loads.keys(), ...event.forwarded]) loaded[cell] = post;
  const usual = op.kind !== OpKind.READ && op.kind !== OpKind.RETRY;
  const acquires =
    op.kind === OpKind.AWAIT ||
    op.order === Order.ACQUIRE ||
    (!loadOnly && (op.order === Order.FULL || (op.order === Order.USUAL && usual)));
  const failed = loadOnly && !event.issues;
  return {
    oldLoads: Math.max(oldLoads, post),
    newLoads: acquires && !failed ? Math.max(newLoads, post) : newLoads,
    seen,
    loaded,
  };
}

/** The views of a thread behind an interrupt, which comes next. */
export const viewsBehind = (views: Views, past: readonly Happened[]): Views => ({
  ...views,
  oldLoads: Math.max(views.oldLoads, past.length),
  newLoads: Math.max(views.newLoads, past.length),
});

/** The same as text, `rank` for an event. */
export const viewsKey = (views: Views, rank: (event: number) => number): string =>
  [views.oldLoads, views.newLoads, ...views.seen, '', ...views.loaded]
    .map((v) => (v === undefined || v === '' ? '' : rank(Number(v))))
    .join();
