/**
 * The operations that lead from an empty address space to the state before a race, one after the other and alone:
 * what the fault handlers of Linux 6.12 do to pages they map, and what user code does with them.
 */
import { addrOf, type Ptep, ptepAdd, type Vma } from '@racewalk/core';
import { or, type Step } from '@racewalk/core/step';
import { type Frame, type Machine, type StartOp, UserCpu } from '@racewalk/machine';
import { PageFlag } from '../page-flags.js';

/** A run of pages of one folio, mapped one behind the other. */
export interface MappedRun {
  readonly vma: Vma;
  /** The entry of the first page. */
  readonly ptep: Ptep;
  readonly frames: readonly Frame[];
  /** The kernel marks exclusive pages, as Linux does since 5.19. Default true. */
  readonly marks?: boolean;
}

/** Sets the entries; where the architecture folds, it does so here. */
function* setAll(m: Machine, { vma, ptep, frames }: MappedRun, first: ReturnType<Machine['v']['pfnPte']>) {
  yield* m.pteOffsetMapLock(ptep.table);
  yield* m.pte.setPtes(vma.mm, addrOf(ptep.vpn), ptep, first, frames.length);
  yield* m.pteUnmapUnlock(ptep.table);
}

/** `mk_pte` of the first page: young, as `vm_page_prot` has it; write permission is added by the fault. */
const firstPte = (m: Machine, { vma, frames }: MappedRun, write = false) =>
  m.v.pteMkyoung(m.v.pfnPte(frames[0]?.pfn ?? 0, m.v.mkProt({ ...vma.prot, write })));

function* newAnon(m: Machine, run: MappedRun): Step<void> {
  for (const frame of run.frames) {
    const flags = run.marks === false ? PageFlag.ANON : PageFlag.ANON | PageFlag.EXCLUSIVE;
    yield* or(frame.cell, flags, { op: 'folio_add_new_anon_rmap', text: frame.name });
    yield* m.k.folioAddRmap(frame.folio);
    yield* m.k.folioRefAdd(frame.folio);
  }
}

function* fileRmap(m: Machine, run: MappedRun): Step<void> {
  for (const frame of run.frames) {
    yield* m.k.folioAddRmap(frame.folio);
    yield* m.k.folioRefAdd(frame.folio);
  }
}

/** A store touches private memory first: writable, dirty, young. (`do_anonymous_page`) */
export const anonymousStore = (run: MappedRun): StartOp => ({
  name: 'do_anonymous_page (store)',
  *run(m) {
    yield* newAnon(m, run);
    yield* setAll(m, run, m.v.pteMkwrite(m.v.pteMkdirty(firstPte(m, run))));
  },
});

/** A load brings exclusive pages back from swap: writable, and still clean. (`do_swap_page`) */
export const swapInLoad = (run: MappedRun, softDirty = false): StartOp => ({
  name: 'do_swap_page (load, exclusive)',
  *run(m) {
    const pte = m.v.pteMkclean(m.v.pteMkwrite(firstPte(m, run)));
    yield* newAnon(m, run);
    // The swap entry has kept the mark.
    yield* setAll(m, run, softDirty ? m.v.pteMksoftDirty(pte) : pte);
  },
});

/** The same of pages that the swap cache shares: read-only. (`do_swap_page`) */
export const swapInShared = (run: MappedRun): StartOp => ({
  name: 'do_swap_page (load, not exclusive)',
  *run(m) {
    for (const frame of run.frames)
      yield* or(frame.cell, PageFlag.ANON, { op: 'folio_add_anon_rmap_ptes', text: frame.name });
    yield* fileRmap(m, run);
    yield* setAll(m, run, firstPte(m, run));
  },
});

/** A load maps pages of shared memory that needs no notice of stores (shmem, a driver's): clean. (`set_pte_range`) */
export const sharedLoad = (run: MappedRun): StartOp => ({
  name: 'do_read_fault (shared, no write notice)',
  *run(m) {
    yield* fileRmap(m, run);
    yield* setAll(m, run, firstPte(m, run, run.vma.prot.write));
  },
});

/** A load maps pages of a file: read-only, so that the first store is known. (`set_pte_range`) */
export const fileLoad = (run: MappedRun): StartOp => ({
  name: 'do_read_fault (stores are noted)',
  *run(m) {
    yield* fileRmap(m, run);
    yield* setAll(m, run, firstPte(m, run));
  },
});

/** A store maps pages of a shared file. (`do_shared_fault`) */
export const sharedStore = (run: MappedRun): StartOp => ({
  name: 'do_shared_fault (store)',
  *run(m) {
    yield* fileRmap(m, run);
    yield* setAll(m, run, m.v.pteMkwrite(m.v.pteMkdirty(firstPte(m, run))));
  },
});

/** Aging makes the pages old. (`folio_referenced_one`) */
export const aging = (run: MappedRun): StartOp => ({
  name: 'folio_referenced_one',
  *run(m) {
    yield* m.pteOffsetMapLock(run.ptep.table);
    for (const [i] of run.frames.entries()) {
      const ptep = ptepAdd(run.ptep, i);
      yield* m.pte.ptepTestAndClearYoung(run.vma, addrOf(ptep.vpn), ptep);
    }
    yield* m.pteUnmapUnlock(run.ptep.table);
  },
});

/** Fork takes the write permission, and the pages are shared. (`copy_present_ptes`) */
export const forkProtects = (run: MappedRun): StartOp => ({
  name: 'copy_present_ptes (the other process)',
  *run(m) {
    yield* m.pteOffsetMapLock(run.ptep.table);
    yield* m.pte.wrprotectPtes(run.vma.mm, addrOf(run.ptep.vpn), run.ptep, run.frames.length);
    for (const frame of run.frames) yield* m.k.clearPageAnonExclusive(frame);
    yield* m.pteUnmapUnlock(run.ptep.table);
  },
});

/** The permission is taken and given back by mprotect; writing then waits for a fault. (`change_pte_range`) */
export const protectsAndBack = (run: MappedRun): StartOp => ({
  name: 'change_pte_range (read-only, and back)',
  *run(m) {
    yield* m.pteOffsetMapLock(run.ptep.table);
    for (const [i] of run.frames.entries()) {
      const ptep = ptepAdd(run.ptep, i);
      const addr = addrOf(ptep.vpn);
      const old = yield* m.pte.ptepModifyProtStart(run.vma, addr, ptep);
      yield* m.pte.ptepModifyProtCommit(run.vma, addr, ptep, old, m.v.pteWrprotect(old));
    }
    yield* m.pteUnmapUnlock(run.ptep.table);
  },
});

/** The contents may go: clean and old. (`madvise_free_pte_range`) */
export const madviseFree = (run: MappedRun): StartOp => ({
  name: 'madvise_free_pte_range',
  run: (m) => m.k.madviseFreeSingleVma(run.vma),
});

/**
 * User code loads from a page, or stores to it, by way of the entry: a TLB may have dropped what it had, and one that
 * answers for a whole block would leave the flags of this entry alone.
 */
export const access = (run: MappedRun, page: number, what: 'load' | 'store'): StartOp => ({
  name: `user code ${what}s`,
  *run(m) {
    yield* m.tlb.flushTlbMm(run.vma.mm);
    const user = new UserCpu(m, run.vma);
    const at = run.ptep.vpn + page - run.vma.start;
    if (what === 'load') yield* user.load(at);
    else yield* user.store(at);
  },
});
