/** Those who may come while reclaim owes a flush. (mm/mprotect.c, mm/memory.c) */
import { addrOf, type Mm, type Vma } from '@racewalk/core';
import { read, type Step } from '@racewalk/core/step';
import type { Frame, Machine } from '@racewalk/machine';
import { addTo } from '@racewalk/mm';
import type { Drain } from './swap-in.js';

/** As Linux does. */
const drainPending: Drain = (m, mm) => m.k.flushTlbBatchedPending(mm);

/** No flush. */
export const noDrain: Drain = function* (): Step<void> {};

/** Waits for the invalidations of this CPU; those of another are as far as they are. */
export const barrierOnly: Drain = function* (m: Machine, mm: Mm): Step<void> {
  if ((yield* read(mm.tlbFlushBatched, { op: 'flush_tlb_batched_pending' })) !== 0) yield* m.tlb.dsb();
};

/**
 * Make the present entries of an area read-only; answers how many there were. An entry that is not
 * present is in no TLB, once the flushes that others put off are made. @kernel change_pte_range
 */
export function* changePteRange(m: Machine, vma: Vma, drain: Drain = drainPending): Step<number> {
  const { v } = m;
  const readOnly = v.mkProt({ ...vma.prot, write: false });
  let pages = 0;
  yield* m.pteOffsetMapLock(vma.table);
  yield* drain(m, vma.mm);
  for (const ptep of vma.table.entries) {
    if (!v.ptePresent(yield* m.pte.ptepGet(ptep))) continue;
    const addr = addrOf(ptep.vpn);
    const old = yield* m.pte.ptepModifyProtStart(vma, addr, ptep);
    yield* m.pte.ptepModifyProtCommit(vma, addr, ptep, old, v.pteModify(old, readOnly));
    pages++;
  }
  yield* m.pteUnmapUnlock(vma.table);
  return pages;
}

/** `mprotect(PROT_READ)` of areas next to each other; flushes only if it changed something. @kernel change_protection */
export function* changeProtection(m: Machine, areas: readonly Vma[], drain?: Drain): Step<void> {
  for (const vma of areas) {
    yield* addTo(vma.mm.tlbFlushPending, 1, { op: 'inc_tlb_flush_pending' });
    const pages = yield* changePteRange(m, vma, drain);
    if (pages > 0) yield* m.tlb.flushTlbRange(vma, addrOf(vma.start), addrOf(vma.end));
    yield* addTo(vma.mm.tlbFlushPending, -1, { op: 'dec_tlb_flush_pending' });
  }
}

/**
 * Empty an area for munmap or MADV_DONTNEED. For a swap entry there is nothing to flush, once the
 * flushes that others put off are made. @kernel zap_pte_range
 */
export function* zapPteRange(m: Machine, vma: Vma, drain: Drain = drainPending): Step<void> {
  const { v } = m;
  const { mm } = vma;
  const removed: Frame[] = [];
  yield* m.pteOffsetMapLock(vma.table);
  yield* drain(m, mm);
  for (const ptep of vma.table.entries) {
    const addr = addrOf(ptep.vpn);
    const look = yield* m.pte.ptepGet(ptep);
    if (v.pteNone(look)) continue;
    if (!v.ptePresent(look)) {
      yield* m.pte.pteClear(mm, addr, ptep);
      continue;
    }
    const pte = yield* m.pte.ptepGetAndClear(mm, addr, ptep);
    const frame = m.world.frames.at(v.ptePfn(pte));
    if (frame === undefined) continue;
    if (v.pteDirty(pte)) yield* m.k.setPageDirty(frame);
    yield* m.k.folioRemoveRmapPte(frame);
    removed.push(frame);
  }
  yield* m.pteUnmapUnlock(vma.table);
  if (removed.length > 0) yield* m.tlb.flushTlbRange(vma, addrOf(vma.start), addrOf(vma.end));
  // The references of the mappings keep the pages until nobody can reach them.
  for (const frame of removed) yield* m.k.folioPut(frame);
}
