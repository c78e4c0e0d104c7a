/** Life of an `anon_vma`: fork, exit, merge, and the walk that goes by it. (mm/rmap.c, mm/vma.c, Linux 6.12) */
import type { Vma } from '@racewalk/core';
import { type AtomicBody, atomic, read, type Step, write } from '@racewalk/core/step';
import { type Machine, MemoryView } from '@racewalk/machine';
import type { Folio } from '../folio-table.js';
import { mapsFolio } from '../observers/rmap.js';
import { addTo, setListed } from '../words.js';
import { type AnonVma, anonVmasOf, wordOf } from './anon-vma-state.js';

/** @kernel vma->anon_vma */
function* vmaAnonVma(m: Machine, vma: Vma): Step<AnonVma | null> {
  const { all, own } = anonVmasOf(m);
  const i = yield* read(wordOf(own, vma), { op: 'vma->anon_vma', text: vma.table.name });
  return all[i - 1] ?? null;
}

function* setVmaAnonVma(m: Machine, vma: Vma, to: AnonVma | null): Step<void> {
  const text = `${vma.table.name} = ${to?.name ?? 'none'}`;
  yield* write(wordOf(anonVmasOf(m).own, vma), to === null ? 0 : to.index + 1, { op: 'vma->anon_vma', text });
}

/** Those that list an area, oldest first. */
function* chainOf(m: Machine, vma: Vma): Step<readonly AnonVma[]> {
  const { all, chain } = anonVmasOf(m);
  const bits = yield* read(wordOf(chain, vma), { op: 'vma->anon_vma_chain', text: vma.table.name });
  return all.filter(({ index }) => (bits & (1 << index)) !== 0);
}

function* links(m: Machine, vma: Vma, { index, name }: AnonVma, listed: boolean): Step<void> {
  const op = listed ? 'anon_vma_chain_link' : 'anon_vma_interval_tree_remove';
  const cell = wordOf(anonVmasOf(m).chain, vma);
  yield* setListed(cell, index, listed, { op, text: `${name}: ${vma.table.name}` });
}

/** Whether it lists no area any more. @kernel RB_EMPTY_ROOT */
function* listsNothing(m: Machine, { index, name }: AnonVma): Step<boolean> {
  const cells = [...anonVmasOf(m).chain.values()];
  const run: AtomicBody = (mem, base) =>
    cells.some((c) => ((mem[base + c] ?? 0) & (1 << index)) !== 0) ? 0 : 1;
  return (yield* atomic(cells, run, { op: 'RB_EMPTY_ROOT', text: name })) === 1;
}

/**
 * Whether an area that is made by fork may take it as its own: it has no area, and one child at most; the area of that child is
 * no area of its own. In the kernel this stands in `anon_vma_clone`.
 */
export function* anonVmaMayBeReused(
  _m: Machine,
  { name, numChildren, numActiveVmas }: AnonVma,
): Step<boolean> {
  if ((yield* read(numChildren, { op: 'num_children', text: name })) >= 2) return false;
  return (yield* read(numActiveVmas, { op: 'num_active_vmas', text: name })) === 0;
}

/** Whether the area has one: it has had an anonymous page. False where the race does not follow that. @kernel vma->anon_vma */
export function* vmaHasAnonVma(m: Machine, vma: Vma): Step<boolean> {
  return m.world.os.anonVmas !== undefined && (yield* vmaAnonVma(m, vma)) !== null;
}

/** The area gets one before its first anonymous page. False without memory. @kernel anon_vma_prepare */
export function* anonVmaPrepare(m: Machine, vma: Vma): Step<boolean> {
  const { lock } = anonVmasOf(m);
  if ((yield* vmaAnonVma(m, vma)) !== null) return true;
  const anonVma = yield* m.k.anonVmaAlloc();
  if (anonVma === null) return false;
  yield* write(anonVma.parent, anonVma.index + 1, { op: 'anon_vma->parent', text: anonVma.name });
  yield* m.lock(lock);
  yield* setVmaAnonVma(m, vma, anonVma);
  yield* links(m, vma, anonVma, true);
  yield* addTo(anonVma.numChildren, 1, { op: 'num_children', text: anonVma.name });
  yield* addTo(anonVma.numActiveVmas, 1, { op: 'num_active_vmas', text: anonVma.name });
  yield* m.unlock(lock);
  return true;
}

/** Every `anon_vma` that lists `src` lists `dst` as well; an old one without areas becomes that of `dst`. @kernel anon_vma_clone */
export function* anonVmaClone(m: Machine, dst: Vma, src: Vma): Step<void> {
  const { lock } = anonVmasOf(m);
  const theirs = yield* vmaAnonVma(m, src);
  let ours = yield* vmaAnonVma(m, dst);
  yield* m.lock(lock);
  for (const anonVma of yield* chainOf(m, src)) {
    yield* links(m, dst, anonVma, true);
    if (ours !== null || anonVma === theirs || !(yield* m.k.anonVmaMayBeReused(anonVma))) continue;
    ours = anonVma;
    yield* setVmaAnonVma(m, dst, ours);
  }
  if (ours !== null) yield* addTo(ours.numActiveVmas, 1, { op: 'num_active_vmas', text: ours.name });
  yield* m.unlock(lock);
}

/** A new one, not linked to anything; null without memory. @kernel anon_vma_alloc */
export function* anonVmaAlloc(m: Machine): Step<AnonVma | null> {
  const { all, used } = anonVmasOf(m);
  const anonVma = all[(yield* addTo(used, 1, { op: 'anon_vma_alloc', text: '' })) - 1];
  if (anonVma === undefined) return null;
  yield* write(anonVma.refcount, 1, { op: 'anon_vma_alloc', text: anonVma.name });
  return anonVma;
}

/** `vma` is made by fork from `pvma`. False without memory. @kernel anon_vma_fork */
export function* anonVmaFork(m: Machine, vma: Vma, pvma: Vma): Step<boolean> {
  const { lock } = anonVmasOf(m);
  const parent = yield* vmaAnonVma(m, pvma);
  if (parent === null) return true;
  yield* m.k.anonVmaClone(vma, pvma);
  if ((yield* vmaAnonVma(m, vma)) !== null) return true;
  const anonVma = yield* m.k.anonVmaAlloc();
  if (anonVma === null) return false;
  yield* addTo(anonVma.numActiveVmas, 1, { op: 'num_active_vmas', text: anonVma.name });
  yield* write(anonVma.parent, parent.index + 1, { op: 'anon_vma->parent', text: anonVma.name });
  yield* setVmaAnonVma(m, vma, anonVma);
  yield* m.lock(lock);
  yield* links(m, vma, anonVma, true);
  yield* addTo(parent.numChildren, 1, { op: 'num_children', text: parent.name });
  yield* m.unlock(lock);
  return true;
}

/** An area goes; those that list no area any more are freed. @kernel unlink_anon_vmas */
export function* unlinkAnonVmas(m: Machine, vma: Vma): Step<void> {
  const { all, lock } = anonVmasOf(m);
  yield* m.lock(lock);
  const empty: AnonVma[] = [];
  for (const anonVma of (yield* chainOf(m, vma)).toReversed()) {
    yield* links(m, vma, anonVma, false);
    if (!(yield* listsNothing(m, anonVma))) continue;
    const parent = all[(yield* read(anonVma.parent, { op: 'anon_vma->parent', text: anonVma.name })) - 1];
    if (parent !== undefined) yield* addTo(parent.numChildren, -1, { op: 'num_children', text: parent.name });
    empty.push(anonVma);
  }
  const own = yield* vmaAnonVma(m, vma);
  if (own !== null) {
    yield* addTo(own.numActiveVmas, -1, { op: 'num_active_vmas', text: own.name });
    yield* setVmaAnonVma(m, vma, null);
  }
  yield* m.unlock(lock);
  for (const { refcount, name } of empty) yield* addTo(refcount, -1, { op: 'put_anon_vma', text: name });
}

/**
 * The area `next` becomes part of `prev`, if both have the same `anon_vma` or one has none: then both are taken to be listed by the
 * same ones. Returns whether it did. The mmap lock is held. @kernel vma_merge, is_mergeable_anon_vma, anon_vma_merge
 */
export function* vmaMerge(m: Machine, prev: Vma, next: Vma): Step<boolean> {
  const { areas, within } = anonVmasOf(m);
  const [ours, theirs] = [yield* vmaAnonVma(m, prev), yield* vmaAnonVma(m, next)];
  if (ours !== theirs && ours !== null && theirs !== null) return false;
  const text = `${next.table.name} into ${prev.table.name}`;
  yield* write(wordOf(within, next), areas.indexOf(prev) + 1, { op: 'vma_merge', text });
  yield* m.k.unlinkAnonVmas(next);
  yield* everyPageLeadsHere(m, prev, next);
  return true;
}

/** RMAP: what maps a page is in an area that the page's `anon_vma` lists. */
function* everyPageLeadsHere(m: Machine, prev: Vma, next: Vma): Step<void> {
  const { world } = m;
  if (!world.watches('RMAP')) return;
  const { all, chain, mapping } = anonVmasOf(m);
  const list = wordOf(chain, prev);
  const entries = next.table.entries.flatMap(({ cell, high }) => (high < 0 ? [cell] : [cell, high]));
  const view = new MemoryView();
  const run: AtomicBody = (mem, base, faults) => {
    view.at(mem, base);
    for (const [folio, cell] of mapping) {
      const leads = all[view.get(cell) - 1];
      if (leads === undefined || (view.get(list) & (1 << leads.index)) !== 0) continue;
      if (!next.table.entries.some((ptep) => mapsFolio(world, view, ptep, folio))) continue;
      faults.fail('RMAP', `${folio.name} leads to ${leads.name}, which does not list the area that maps it`);
    }
    return 0;
  };
  const note = { text: `pages of ${next.table.name}`, does: 'observe' } as const;
  yield* atomic([list, ...mapping.values(), ...entries], run, note, { locked: false });
}

/**
 * What a page leads to, locked; null if nobody maps the page. As long as a page is mapped, what it leads to is not freed: that is
 * relied on here, and UAF if it is not so. @kernel folio_lock_anon_vma_read
 */
export function* folioLockAnonVmaRead(m: Machine, folio: Folio): Step<AnonVma | null> {
  const { all, lock, mapping } = anonVmasOf(m);
  const anonVma = all[(yield* read(wordOf(mapping, folio), { op: 'folio->mapping', text: folio.name })) - 1];
  if (anonVma === undefined || !(yield* m.k.folioMapped(folio))) return null;
  yield* m.lock(lock);
  if (!(yield* m.k.folioMapped(folio))) {
    yield* m.unlock(lock);
    return null;
  }
  const { refcount, name } = anonVma;
  const run: AtomicBody = (mem, base, faults) => {
    if ((mem[base + refcount] ?? 0) === 0)
      faults.fail('UAF', `${folio.name} is mapped and leads to ${name}, which is free`);
    return 0;
  };
  yield* atomic(
    [refcount],
    run,
    { text: `${folio.name} leads to ${name}`, does: 'observe' },
    { locked: false },
  );
  return anonVma;
}

/** Walks that go by it wait, and find the areas it lists as they are. @kernel anon_vma_lock_write */
export function* anonVmaLockWrite(m: Machine): Step<void> {
  yield* m.lock(anonVmasOf(m).lock);
}

/** @kernel anon_vma_unlock_write */
export function* anonVmaUnlockWrite(m: Machine): Step<void> {
  yield* m.unlock(anonVmasOf(m).lock);
}

/** @kernel anon_vma_unlock_read */
export function* anonVmaUnlockRead(m: Machine): Step<void> {
  yield* m.unlock(anonVmasOf(m).lock);
}

/** Whether it lists the area, or the one that has taken it over. Its lock is held. @kernel anon_vma_interval_tree_foreach */
export function* anonVmaLists(m: Machine, { index, name }: AnonVma, vma: Vma): Step<boolean> {
  const { areas, chain, within } = anonVmasOf(m);
  const by = yield* read(wordOf(within, vma), { text: `what ${vma.table.name} is part of` });
  const note = { op: 'anon_vma_interval_tree', text: name };
  return ((yield* read(wordOf(chain, areas[by - 1] ?? vma), note)) & (1 << index)) !== 0;
}

/** Functions that others call by name. */
export const ANON_VMA = {
  vmaHasAnonVma,
  anonVmaPrepare,
  anonVmaMayBeReused,
  anonVmaClone,
  anonVmaAlloc,
  anonVmaFork,
  unlinkAnonVmas,
  vmaMerge,
  folioLockAnonVmaRead,
  anonVmaLockWrite,
  anonVmaUnlockWrite,
  anonVmaUnlockRead,
  anonVmaLists,
} as const;

type AnonVmaFunctions = typeof ANON_VMA;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends AnonVmaFunctions {}
}
