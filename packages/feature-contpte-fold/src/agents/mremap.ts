import { PAGE_SIZE } from '@racewalk/core';
import type { AgentSpec, Patch, World } from '@racewalk/machine';
import { foldedMapping, type Mapping, rangeOf } from '../setup.js';

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

/** The move of the whole block; nobody here wants the mmap lock, or asks the reverse map. */
export const mremap: AgentSpec<Move> = {
  cpu: 0,
  role: 'kernel',
  note: 'holds both ptl',
  *run(m, s) {
    const { start, end } = rangeOf(s);
    yield* m.k.movePtes(s.vma, start, end, s.to.vma, rangeOf(s.to).start, false);
    yield* m.completes('unmapped', s.vma);
  },
};

/** The move makes no flush. An architecture that unfolds a block for a single entry flushes as ever. */
export const NO_FLUSH: Patch = {
  *flushTlbRange(m, vma, start, end) {
    const unfolds = m.calls.isIn('ptepGetAndClear') || m.calls.isIn('setPteAt');
    if (!m.calls.isIn('movePtes') || unfolds) yield* m.tlb.flushTlbRange(vma, start, end);
  },
};

/** Until Linux 4.18: the flush comes when both locks are free. */
export const FLUSH_LATE: Patch = {
  ...NO_FLUSH,
  *movePtes(m, vma, oldAddr, oldEnd, newVma, newAddr, needRmapLocks) {
    const done = yield* m.k.movePtes(vma, oldAddr, oldEnd, newVma, newAddr, needRmapLocks);
    for (let addr = oldAddr; addr < oldEnd; addr += PAGE_SIZE) yield* m.tlb.flushTlbPage(vma, addr);
    return done;
  },
};
