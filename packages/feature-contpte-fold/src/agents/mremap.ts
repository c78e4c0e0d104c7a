import { addrOf } from '@racewalk/core';
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

/** The part of mremap that moves the entries. */
export const mremap: AgentSpec<Move> = {
  cpu: 0,
  role: 'kernel',
  note: 'move_page_tables',
  *run(m, s) {
    const { start, end } = rangeOf(s);
    yield* m.k.movePageTables(s.vma, start, s.to.vma, addrOf(s.to.vma.start), end - start, false);
    yield* m.completes('unmapped', s.vma);
  },
};

/** The move itself makes no flush; an architecture that unfolds a block does. */
export const FLUSH_NEVER: Patch = {
  *flushTlbRange(m, vma, start, end) {
    const inEntry = m.calls.isIn('ptepGetAndClear') || m.calls.isIn('setPteAt');
    if (!m.calls.isIn('movePtes') || inEntry) yield* m.tlb.flushTlbRange(vma, start, end);
  },
};
