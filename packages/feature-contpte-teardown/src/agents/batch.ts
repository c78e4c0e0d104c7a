import type { AgentSpec } from '@racewalk/machine';
import { addrAt, type Block, frameOf } from '../block.js';

/**
 * What a zap does to the pages of a large folio, as a process that goes away: one call clears all entries and answers
 * for all of them, and the folio is told.
 */
export const batchTeardown: AgentSpec<Block> = {
  cpu: 0,
  role: 'kernel',
  note: 'holds ptl',
  *run(m, s) {
    const tlb = yield* m.k.tlbGatherMmuFullmm(s.vma.mm);
    const first = s.entries[0]!;
    const nr = s.entries.length;
    yield* m.pteOffsetMapLock(s.vma.table);
    const pte = yield* m.pte.getAndClearFullPtes(s.vma.mm, addrAt(first), first, nr, tlb.fullmm);
    m.k.tlbRemoveTlbEntries(tlb, s.vma, first, nr);
    if (m.v.pteDirty(pte)) yield* m.k.folioMarkDirty(s.folio);
    m.k.__tlbRemoveFolioPages(tlb, frameOf(s, 0), nr, false);
    yield* m.pteUnmapUnlock(s.vma.table);
    yield* m.k.tlbFinishMmu(tlb);
  },
};
