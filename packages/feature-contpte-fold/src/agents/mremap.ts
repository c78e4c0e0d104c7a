import type { Ptep } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { AgentSpec, Machine, World } from '@racewalk/machine';
import { addrAt, foldedMapping, type Mapping, rangeOf } from '../setup.js';

/** A block and the place it is moved to; the new table has its own lock. */
export interface Move extends Mapping {
  readonly to: Mapping;
}

/** Map a block, and reserve room of the same size at another address, `shift` pages off alignment. */
export function moveSetup(w: World, shift: number): Move {
  const s = foldedMapping(w);
  const pages = s.entries.length;
  const vma = w.vma({ pages, start: 0x400 + shift, name: 'new' });
  return { ...s, to: { vma, folio: s.folio, entries: vma.table.entries } };
}

/** Moves one entry. */
export type MoveOne = (m: Machine, s: Move, from: Ptep, to: Ptep) => Step<void>;

/** As `move_ptes` does: take it out, set it there, and let the architecture see to the blocks. */
export const moveEntry: MoveOne = function* (m, s, from, to) {
  const pte = yield* m.pte.ptepGetAndClear(s.vma.mm, addrAt(s, from.index), from);
  if (m.v.pteNone(pte)) return;
  yield* m.pte.setPteAt(s.vma.mm, addrAt(s.to, to.index), to, pte);
};

/** When the old addresses are invalidated: before the locks are dropped, after, or never. */
export type FlushWhen = 'locked' | 'unlocked' | 'never';

/** `move_ptes`: both page-table locks, entry by entry, one invalidation of the old range. */
export function mremap(moveOne: MoveOne = moveEntry, flush: FlushWhen = 'locked'): AgentSpec<Move> {
  return {
    cpu: 0,
    role: 'kernel',
    note: 'holds both ptl',
    *run(m, s) {
      const { start, end } = rangeOf(s);
      yield* m.pteOffsetMapLock(s.vma.table);
      yield* m.pteOffsetMapLock(s.to.vma.table);
      for (const [i, from] of s.entries.entries()) yield* moveOne(m, s, from, s.to.entries[i]!);
      if (flush === 'locked') yield* m.tlb.flushTlbRange(s.vma, start, end);
      yield* m.pteUnmapUnlock(s.to.vma.table);
      yield* m.pteUnmapUnlock(s.vma.table);
      if (flush === 'unlocked') yield* m.tlb.flushTlbRange(s.vma, start, end);
      yield* m.completes('unmapped', s.vma);
    },
  };
}
