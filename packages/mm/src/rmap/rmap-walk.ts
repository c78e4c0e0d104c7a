/** The reverse map: from a folio to the areas that may map it. (mm/rmap.c, Linux 6.12) */
import { type AddressSpace, addrOf, type Vaddr, type Vma } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { Machine } from '@racewalk/machine';
import type { Folio } from '../folio-table.js';
import { endWatchedWalk, type WatchedWalk, watchWalk } from '../observers/miss.js';
import type { AnonVma } from './anon-vma-state.js';

/** What the task walks. */
interface WalkState {
  rmapWalk?: WatchedWalk | undefined;
}

declare module '@racewalk/machine/kernel' {
  interface TaskStruct extends WalkState {}
}

/**
 * What a walk does in each area. The kernel's `arg` is what the functions close over. @kernel struct
 * rmap_walk_control
 */
export interface RmapWalkControl {
  /** True goes on, false ends the walk. */
  readonly rmapOne: (folio: Folio, vma: Vma, address: Vaddr) => Step<boolean>;
  /** Asked after each area: whether the walk may end. */
  readonly done?: (folio: Folio) => Step<boolean>;
  /** Areas to skip. */
  readonly invalidVma?: (vma: Vma) => boolean;
}

/** The file that the folio belongs to; null for anonymous memory. @kernel folio_mapping */
export function folioMapping(folio: Folio): AddressSpace | null {
  return folio.areas[0]?.vma.mapping ?? null;
}

/** Address of the first page of the folio that lies in the area. @kernel vma_address */
export function vmaAddress(folio: Folio, vma: Vma): Vaddr {
  const start = folio.areas.find((area) => area.vma === vma)?.start ?? vma.start;
  return addrOf(Math.max(start, vma.start));
}

/**
 * Visit the areas that may map the folio, in the order of the interval tree: those that `anonVma` lists, or all.
 * @kernel rmap_walk_locked
 */
export function* rmapWalkLocked(
  m: Machine,
  folio: Folio,
  rwc: RmapWalkControl,
  anonVma: AnonVma | null = null,
): Step<void> {
  const watched = yield* watchWalk(m, folio);
  m.current.rmapWalk = watched ?? undefined;
  let whole = true;
  for (const { vma } of folio.areas) {
    if (!(yield* m.k.vmaIsLinked(vma))) continue;
    if (anonVma !== null && !(yield* m.k.anonVmaLists(anonVma, vma))) continue;
    if (rwc.invalidVma?.(vma) === true) {
      whole = false;
      continue;
    }
    if (!(yield* rwc.rmapOne(folio, vma, vmaAddress(folio, vma)))) return;
    if (rwc.done !== undefined && (yield* rwc.done(folio))) return;
  }
  m.current.rmapWalk = undefined;
  if (watched !== null && whole) yield* endWatchedWalk(m, watched);
}

/**
 * The same under the lock of the reverse map, so that no area comes, goes or moves meanwhile. Of anonymous memory that
 * is the lock of the anon_vma, where the race follows those (`followAnonVmas`). @kernel rmap_walk
 */
export function* rmapWalk(m: Machine, folio: Folio, rwc: RmapWalkControl): Step<void> {
  const mapping = folioMapping(folio);
  if (mapping === null && m.world.os.anonVmas !== undefined) {
    const anonVma = yield* m.k.folioLockAnonVmaRead(folio);
    if (anonVma === null) return;
    yield* m.k.rmapWalkLocked(folio, rwc, anonVma);
    yield* m.k.anonVmaUnlockRead();
    return;
  }
  if (mapping !== null) yield* m.k.iMmapLockRead(mapping);
  yield* m.k.rmapWalkLocked(folio, rwc);
  if (mapping !== null) yield* m.k.iMmapUnlockRead(mapping);
}

/** Functions that others call by name. */
export const RMAP_WALK = { rmapWalkLocked, rmapWalk } as const;

type RmapWalkFunctions = typeof RMAP_WALK;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends RmapWalkFunctions {}
}
