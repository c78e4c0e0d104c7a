import { addrOf } from '@racewalk/core';
import { type AtomicBody, atomic, type Step } from '@racewalk/core/step';
import type { AgentSpec, Machine } from '@racewalk/machine';
import { freshPte, onlyPage } from '../ops/fault.js';
import { slotOf } from '../ops/swap.js';
import { CACHED, type SwapCached } from '../setup.js';

/** Reclaim of the page; one that stays keeps the reference of its isolation. */
export const reclaim: AgentSpec<SwapCached> = {
  cpu: 0,
  role: 'kernel',
  note: 'reclaim',
  *run(m, { folio }) {
    yield* m.k.shrinkFolioList([folio]);
  },
};

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

/** A fault that finds the page in the swap cache. @kernel do_swap_page (of a folio in the swap cache) */
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
