import { addrOf } from '@racewalk/core';
import { type AtomicBody, atomic, cmpxchg, type Step, write } from '@racewalk/core/step';
import type { AgentSpec, Machine } from '@racewalk/machine';
import { freePage, startWriteout, TlbUbc } from '@racewalk/mm';
import { freshPte, onlyPage } from '../ops/fault.js';
import { slotOf, swapEntryOf } from '../ops/swap.js';
import { CACHED, type SwapCached } from '../setup.js';

/** How reclaim differs from Linux. */
interface ReclaimPlan {
  /** Flush before a page is written out. Default true. */
  readonly flushDirty?: boolean;
}

/**
 * One page of `shrink_folio_list`: locked, unmapped with its flush put off, written if dirty, and
 * dropped unless somebody else has a reference; the flush comes at the end, before the page is free.
 */
export function reclaim({ flushDirty = true }: ReclaimPlan = {}): AgentSpec<SwapCached> {
  return {
    cpu: 0,
    role: 'kernel',
    note: 'reclaim',
    *run(m, s) {
      const { folio } = s;
      const ubc = new TlbUbc(m);
      yield* m.lock(folio.lock);
      yield* m.k.tryToUnmapOne(folio, s.vma, { batch: ubc, swapEntry: swapEntryOf(0), sync: true });
      if (yield* m.k.folioTestDirty(folio)) {
        if (flushDirty) yield* ubc.tryToUnmapFlushDirty();
        yield* startWriteout(folio);
      }
      const dropped = yield* removeMapping(s);
      yield* m.unlock(folio.lock);
      yield* ubc.tryToUnmapFlush();
      if (dropped) yield* freePage(m, onlyPage(folio));
    },
  };
}

/** The swap cache forgets the folio if nobody but it and the caller has a reference. @kernel __remove_mapping */
function* removeMapping(s: SwapCached): Step<boolean> {
  if ((yield* cmpxchg(s.folio.refcount, 2, 0, { op: 'folio_ref_freeze', text: s.folio.name })) !== 2)
    return false;
  yield* write(s.cache, 0, { op: '__delete_from_swap_cache', text: s.folio.name });
  return true;
}

/** Look a folio up in the swap cache, and take a reference in the same step. @kernel filemap_get_folio */
function* lookupSwapCache(s: SwapCached): Step<boolean> {
  const { refcount } = s.folio;
  const run: AtomicBody = (mem, base) => {
    const refs = mem[base + refcount] ?? 0;
    if (mem[base + s.cache] !== CACHED || refs === 0) return 0;
    mem[base + refcount] = refs + 1;
    return 1;
  };
  const show = (o: { readonly result: number }) => (o.result === 1 ? '→ there' : '→ not there');
  return (
    (yield* atomic([s.cache, refcount], run, { op: 'lookup_swap_cache', text: s.folio.name }, { show })) === 1
  );
}

/** How the fault differs from Linux. */
interface SwapInPlan {
  /** The access is a store: the page is mapped writable. Default a load. */
  readonly write?: boolean;
  /** Ask for the flushes that reclaim owes before anything is mapped. Default false. */
  readonly drain?: boolean;
}

/** A fault that finds the page in the swap cache. @kernel do_swap_page */
export function swapIn(plan: SwapInPlan = {}): AgentSpec<SwapCached> {
  return {
    cpu: 3,
    role: 'kernel',
    note: 'swap-in fault',
    *run(m, s) {
      const orig = yield* m.pte.ptepGetLockless(s.ptep);
      if (slotOf(m, orig) !== 0) return;
      if (!(yield* lookupSwapCache(s))) return;
      yield* m.lock(s.folio.lock);
      yield* m.pteOffsetMapLock(s.ptep.table);
      if (plan.drain === true) yield* m.k.flushTlbBatchedPending(s.vma.mm);
      if (m.v.pteSame(yield* m.pte.ptepGet(s.ptep), orig)) yield* mapAgain(m, s, plan.write === true);
      else yield* m.k.folioPut(onlyPage(s.folio));
      yield* m.pteUnmapUnlock(s.ptep.table);
      yield* m.unlock(s.folio.lock);
    },
  };
}

/** The reference of the lookup becomes that of the mapping. */
function* mapAgain(m: Machine, s: SwapCached, write: boolean): Step<void> {
  const { v } = m;
  const written = freshPte(m, s.vma, onlyPage(s.folio));
  yield* m.k.folioAddRmap(s.folio);
  const pte = write ? written : v.pteMkclean(v.pteWrprotect(written));
  yield* m.pte.setPteAt(s.vma.mm, addrOf(s.ptep.vpn), s.ptep, pte);
}
