/** Faults on pages that reclaim has taken. (mm/memory.c) */

import { addrOf, type Mm, type PteWord } from '@racewalk/core';
import { type AtomicBody, atomic, read, type Step } from '@racewalk/core/step';
import type { Fault, FaultHandler, FaultOutcome, Frame, Machine } from '@racewalk/machine';
import { addTo, hasPages } from '@racewalk/mm';
import type { Swapped } from '../setup.js';

/** Makes the flushes that reclaim still owes. */
export type Drain = (m: Machine, mm: Mm) => Step<void>;

/** Map a page where a fault found none; the page-table lock is held. */
function* mapAgain(m: Machine, { vma, ptep, access }: Fault, frame: Frame): Step<void> {
  const { v } = m;
  const { folio } = frame;
  yield* addTo(folio.refcount, 1, { op: 'folio_get', text: folio.name });
  yield* addTo(folio.mapcount, 1, { op: 'folio_add_anon_rmap_pte', text: folio.name });
  const clean = v.pteMkyoung(v.pfnPte(frame.pfn, v.mkProt(vma.prot)));
  const writable = vma.prot.write ? v.pteMkwrite(clean) : clean;
  yield* m.pte.setPteAt(
    vma.mm,
    addrOf(ptep.vpn),
    ptep,
    access === 'store' ? v.pteMkdirty(writable) : writable,
  );
}

/** Read the slot into a page of its own. @kernel swap_read_folio */
function* swapReadFolio({ slot, spare }: Swapped): Step<void> {
  const run: AtomicBody = (mem, base) => {
    const held = mem[base + slot] ?? 0;
    mem[base + spare.data] = held;
    return held;
  };
  yield* atomic(
    [slot, spare.data],
    run,
    { text: `read the swap slot into ${spare.name}`, does: 'copy' },
    {
      locked: false,
      show: (o) => `= ${o.result}`,
    },
  );
}

/**
 * A fault on a swap entry: the page of the swap cache if it is still there, else a copy from the slot.
 * The folio lock stands for the look-up in the swap cache, too: while one thread has it, no other reads
 * the slot and reclaim takes nothing out, so the slot may as well be read under the page-table lock.
 * `drain` is called before a page is mapped where another one was. @kernel do_swap_page (of a slot; the folio lock first)
 */
export const doSwapPage = (
  s: Swapped,
  drain: Drain = (m, mm) => m.k.flushTlbBatchedPending(mm),
): FaultHandler =>
  function* (m, fault) {
    const { vma, ptep } = fault;
    let outcome: FaultOutcome = 'retry';
    yield* m.lock(s.folio.lock);
    yield* m.pteOffsetMapLock(ptep.table);
    const pte = yield* m.pte.ptepGet(ptep);
    if (m.v.ptePresent(pte)) yield* setFlags(m, fault, pte);
    else if (m.v.pteNone(pte)) outcome = 'sigsegv';
    else {
      const show = (o: { readonly result: number }) => (o.result === 1 ? '→ hit' : '→ miss');
      const cached = (yield* read(s.cached, { op: 'swap_cache_get_folio' }, show)) === 1;
      if (!cached) yield* swapReadFolio(s);
      yield* drain(m, vma.mm);
      yield* mapAgain(m, fault, cached ? s.frame : s.spare);
    }
    yield* m.pteUnmapUnlock(ptep.table);
    yield* m.unlock(s.folio.lock);
    return outcome;
  };

/** A fault that only the flags of an entry were missing for; the page-table lock is held. */
function* setFlags(m: Machine, { vma, ptep, access }: Fault, pte: PteWord): Step<void> {
  const young = m.v.pteMkyoung(pte);
  const entry = access === 'store' ? m.v.pteMkdirty(young) : young;
  yield* m.pte.ptepSetAccessFlags(vma, addrOf(ptep.vpn), ptep, entry, access === 'store');
}

/** A fault on nothing, in anonymous memory: a page of zeros. */
export const zeroFault = (s: Swapped): FaultHandler =>
  function* (m, fault) {
    hasPages(m, [s.spare.folio]);
    return (yield* m.k.doAnonymousPage(fault)) !== 0 ? 'retry' : 'default';
  };
