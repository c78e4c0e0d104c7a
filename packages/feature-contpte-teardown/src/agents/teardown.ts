import type { PteWord } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { AgentSpec, Machine } from '@racewalk/machine';
import { addrAt, type Block, frameOf } from '../block.js';

/** How a teardown goes about it. */
export interface TeardownPlan {
  /** In which order the entries go. Default from low to high. */
  readonly order?: (n: number) => Step<readonly number[]>;
  /** Promise that every entry goes before anything is invalidated. Default true. */
  readonly full?: boolean;
  /** Who is told of a dirty entry: the page it maps (default), or the folio. */
  readonly account?: 'page' | 'folio';
}

/** Clear entry `i` of the block; `full`: with the promise that all of the address space goes. */
export function clearEntry(m: Machine, s: Block, i: number, full = true): Step<PteWord> {
  const ptep = s.entries[i]!;
  return m.pte.ptepGetAndClearFull(s.vma.mm, addrAt(ptep), ptep, full);
}

/** Record that entry `i` was dirty. */
export function remember(m: Machine, s: Block, i: number, account: 'page' | 'folio' = 'page'): Step<void> {
  return account === 'folio' ? m.k.folioMarkDirty(s.folio) : m.k.setPageDirty(frameOf(s, i));
}

/**
 * `zap_pte_range` of a process that goes away, as it was until Linux 6.8: under the page-table lock, entry by entry,
 * clear, remember, give up the mapping; then one invalidation; then the pages go back.
 *
 * Dirty is remembered for the page whose entry said so. Linux tells the whole folio, which would hide
 * an operation that reports the flags of a block with the wrong page, and that report is the contract
 * the tests are about.
 */
export function teardown({ order, full = true, account = 'page' }: TeardownPlan = {}): AgentSpec<Block> {
  return {
    cpu: 0,
    role: 'kernel',
    note: 'holds ptl',
    *run(m, s) {
      const tlb = yield* m.k.tlbGatherMmuFullmm(s.vma.mm);
      yield* m.pteOffsetMapLock(s.vma.table);
      const all = s.entries.map((_, i) => i);
      for (const i of order === undefined ? all : yield* order(all.length)) {
        const pte = yield* clearEntry(m, s, i, full);
        m.k.tlbRemoveTlbEntry(tlb, s.vma, s.entries[i]!);
        if (m.v.pteDirty(pte)) yield* remember(m, s, i, account);
        // By folio, one page says nothing about another: the reverse map is told of all at once, at the end.
        if (account === 'page') yield* m.k.folioRemoveRmapPte(frameOf(s, i));
        if (m.k.__tlbRemovePage(tlb, frameOf(s, i))) yield* m.k.tlbFlushMmu(tlb);
      }
      if (account === 'folio') yield* m.k.folioRemoveRmapPtes(s.folio, frameOf(s, 0), all.length);
      yield* m.pteUnmapUnlock(s.vma.table);
      yield* m.k.tlbFinishMmu(tlb);
    },
  };
}
