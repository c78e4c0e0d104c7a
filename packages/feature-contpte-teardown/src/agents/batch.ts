import type { AgentSpec } from '@racewalk/machine';
import { freePage, MmuGather } from '@racewalk/mm';
import { addrAt, type Block, frameOf } from '../block.js';

/**
 * `zap_present_folio_ptes`: one call clears all entries of the folio and answers for all of them, and
 * the folio is told. `skipFlush`: the pages go back without an invalidation.
 */
export function batchTeardown(skipFlush = false): AgentSpec<Block> {
  return {
    cpu: 0,
    role: 'kernel',
    note: 'holds ptl',
    *run(m, s) {
      const gather = yield* MmuGather.start(m, s.vma.mm, true);
      const first = s.entries[0]!;
      const nr = s.entries.length;
      yield* m.pteOffsetMapLock(s.vma.table);
      const pte = yield* m.pte.getAndClearFullPtes(s.vma.mm, addrAt(first), first, nr, true);
      for (const ptep of s.entries) gather.removeTlbEntry(s.vma, ptep);
      if (m.v.pteDirty(pte)) yield* m.k.folioMarkDirty(s.folio);
      yield* m.pteUnmapUnlock(s.vma.table);
      if (skipFlush) {
        for (let i = 0; i < nr; i++) yield* freePage(m, frameOf(s, i));
        return;
      }
      for (let i = 0; i < nr; i++) gather.removePage(frameOf(s, i));
      yield* gather.finish();
    },
  };
}
