/**
 * A TLB that keeps dirty state to itself: a store marks the cached translation, and the TLB updates the entry
 * in memory when it gives up the translation. See `HardwareWalker.late`.
 */

import { type Ptep, type PteWord, pteById, ptepOf, type Vma } from '@racewalk/core';
import {
  type AtomicBody,
  atomic,
  type Cell,
  choose,
  type FaultSink,
  type Step,
  type Word,
} from '@racewalk/core/step';
import { MemoryView } from '../observers/view.js';
import type { Machine, World } from '../world/types.js';

/** The words a write-back to this entry may touch besides the TLB's. */
export function lateCells(w: World, ptep: Ptep): readonly Cell[] {
  const ghosts = w.observers.flatMap((o) => (o.hardwareUpdate ? (o.hardwareCells?.() ?? []) : []));
  return [ptep.cell, ptep.high, ...ghosts].filter((cell) => cell >= 0);
}

/** Write `cached` back over `entry`, within a step. */
function writeBack(
  w: World,
  view: MemoryView,
  ptep: Ptep,
  entry: PteWord,
  cached: PteWord,
  faults: FaultSink,
): void {
  const now = w.walker.late?.writeBack(entry, cached) ?? entry;
  view.set(ptep.cell, ptep.high < 0 ? now.id : now.lo | 0);
  if (ptep.high >= 0) view.set(ptep.high, now.hi | 0);
  if (now === entry) return;
  for (const o of w.observers) o.hardwareUpdate?.(view, ptep, now, faults);
}

/** What an invalidation does before it drops the translation of a page: the same, in its own step. */
export function writeBackPage(
  w: World,
  view: MemoryView,
  vma: Vma,
  vpn: number,
  tlb: Cell,
  faults: FaultSink,
): void {
  const id = view.get(tlb);
  if (id === 0) return;
  const ptep = ptepOf(vma, vpn);
  writeBack(
    w,
    view,
    ptep,
    w.entryIn((cell) => view.get(cell), ptep),
    pteById(id),
    faults,
  );
}

/** After a store: the TLB keeps its translation, perhaps forever, or gives it up. */
export function* keepOrEvict(m: Machine, ptep: Ptep, tlb: Cell, cached: PteWord): Step<void> {
  if (m.world.walker.late === undefined) return;
  const show = (o: { readonly result: Word }) => (o.result === 0 ? '→ keeps' : '→ evicts');
  if ((yield* choose(2, `TLB keeps or evicts ${ptep.name}`, show)) === 1)
    yield* evictLate(m, ptep, tlb, cached);
}

/**
 * Whether a TLB would make the entry of this page dirty if it gave up its translation now: at the end of a run
 * the store then counts as remembered.
 */
export function isLate(w: World, get: (cell: Cell) => Word, vma: Vma, vpn: number): boolean {
  const { late } = w.walker;
  if (late === undefined) return false;
  const entry = w.entryIn(get, ptepOf(vma, vpn));
  return w.tlbs.words(vma.mm, vpn, vpn + 1).some((tlb) => {
    const id = get(tlb);
    return id !== 0 && w.arch.values.pteDirty(late.writeBack(entry, pteById(id)));
  });
}

/** The translation of a page leaves the TLB, if it is still there. May happen at any time. */
export function* evictLate(m: Machine, ptep: Ptep, tlb: Cell, cached: PteWord): Step<void> {
  const { world } = m;
  const { late } = world.walker;
  if (late === undefined) return;
  const view = new MemoryView();
  const inMemory = () => world.entryIn((cell) => view.get(cell), ptep);
  /** Drop the translation, writing it back over what was read. */
  const finish = (read: () => PteWord): AtomicBody => {
    return (mem, base, faults) => {
      if (view.at(mem, base).get(tlb) !== cached.id) return 0;
      writeBack(world, view, ptep, read(), cached, faults);
      view.set(tlb, 0);
      return 1;
    };
  };
  const cells = [...new Set([tlb, ...lateCells(world, ptep)])];
  const text = `TLB evicts ${ptep.name}`;
  const on = [ptep.cell, ptep.high, tlb].filter((c) => c >= 0);
  const show = (o: { readonly result: Word }) => (o.result === 0 ? '(already gone)' : '');
  if (late.atomic) {
    yield* atomic(cells, finish(inMemory), { text, does: 'evict', on }, { locked: false, show });
    return;
  }
  const look: AtomicBody = (mem, base) => (view.at(mem, base).get(tlb) === cached.id ? inMemory().id : -1);
  const seen = yield* atomic(
    [tlb, ptep.cell, ptep.high].filter((c) => c >= 0),
    look,
    { text: `${text}: reads`, does: 'walk', on },
    {
      locked: false,
    },
  );
  if (seen < 0) return;
  const entry = pteById(seen);
  yield* atomic(
    cells,
    finish(() => entry),
    { text: `${text}: writes back`, does: 'evict', on, blind: on.slice(0, -1) },
    { locked: false, show },
  );
}
