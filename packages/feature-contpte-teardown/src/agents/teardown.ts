import type { PteWord } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { AgentSpec, Machine } from '@racewalk/machine';
import { freePage, MmuGather } from '@racewalk/mm';
import { addrAt, type Block, frameOf } from '../block.js';

/** Clears entry `i` of the block and says what stood there. */
export type ClearOne = (m: Machine, s: Block, i: number) => Step<PteWord>;

/** How one teardown differs from that of `exit_mmap`. */
export interface TeardownPlan {
  /** In which order the entries go. Default from low to high. */
  readonly order?: (n: number) => Step<readonly number[]>;
  /** How an entry is cleared. Default `ptepGetAndClearFull` with `full`. */
  readonly clear?: ClearOne;
  /** Who is told of a dirty entry: the page it maps (default), or the folio. */
  readonly account?: 'page' | 'folio';
  /** After how many entries the gather is full: they are invalidated and freed then. Default never. */
  readonly batch?: number;
  /** Give the pages back without having invalidated anything. */
  readonly skipFlush?: boolean;
}

/** Clear one entry with the promise that all of the address space goes. */
export const clearFull: ClearOne = (m, s, i) => {
  const ptep = s.entries[i]!;
  return m.pte.ptepGetAndClearFull(s.vma.mm, addrAt(ptep), ptep, true);
};

/** Clear one entry without that promise. */
export const clearNotFull: ClearOne = (m, s, i) => {
  const ptep = s.entries[i]!;
  return m.pte.ptepGetAndClearFull(s.vma.mm, addrAt(ptep), ptep, false);
};

/** Tell whoever keeps account that entry `i` was dirty. */
export function remember(m: Machine, s: Block, i: number, account: 'page' | 'folio' = 'page'): Step<void> {
  return account === 'folio' ? m.k.folioMarkDirty(s.folio) : m.k.setPageDirty(frameOf(s, i));
}

/**
 * `zap_pte_range` of a process that goes away: under the page-table lock, entry by entry, clear,
 * remember, give up the mapping; then one invalidation; then the pages go back.
 *
 * Dirty is remembered for the page whose entry said so. Linux tells the whole folio, which would hide
 * an operation that reports the flags of a block with the wrong page, and that report is the contract
 * the tests are about.
 */
export function teardown(plan: TeardownPlan = {}): AgentSpec<Block> {
  const { clear = clearFull, account, order } = plan;
  return {
    cpu: 0,
    role: 'kernel',
    note: 'holds ptl',
    *run(m, s) {
      const gather = yield* MmuGather.start(m, s.vma.mm, true);
      yield* m.pteOffsetMapLock(s.vma.table);
      const all = s.entries.map((_, i) => i);
      const cleared: number[] = [];
      for (const i of order === undefined ? all : yield* order(all.length)) {
        const ptep = s.entries[i]!;
        const pte = yield* clear(m, s, i);
        gather.removeTlbEntry(s.vma, ptep);
        if (m.v.pteDirty(pte)) yield* remember(m, s, i, account);
        // By folio, one page says nothing about another: only the end shows what was forgotten.
        if (account === 'folio') yield* m.k.folioRemoveRmap(s.folio);
        else yield* m.k.folioRemoveRmapPte(frameOf(s, i));
        cleared.push(i);
        if (cleared.length === plan.batch) {
          yield* gather.flushTlbOnly();
          for (const j of cleared.splice(0)) yield* freePage(m, frameOf(s, j));
        }
      }
      yield* m.pteUnmapUnlock(s.vma.table);
      if (plan.skipFlush === true) {
        for (const i of cleared) yield* freePage(m, frameOf(s, i));
        return;
      }
      for (const i of cleared) gather.removePage(frameOf(s, i));
      yield* gather.finish();
    },
  };
}
