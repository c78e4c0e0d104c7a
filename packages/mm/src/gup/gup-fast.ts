/**
 * Holding a page of the task's own address space without any lock: turn interrupts off, read the tables, take a
 * reference, check that nothing has changed. (mm/gup.c, Linux 6.12)
 */
import { type Ptep, type PteWord, ptepOf, type Vma, type Vpn } from '@racewalk/core';
import { type AtomicBody, atomic, type Step } from '@racewalk/core/step';
import { type Frame, type Machine, MemoryView, reachTable } from '@racewalk/machine';
import type { Folio } from '../folio-table.js';
import { folioMapping } from '../rmap/rmap-walk.js';
import { FOLL_GET, FOLL_LONGTERM, FOLL_PIN, FOLL_WRITE } from './flags.js';

/** Whether an entry lets user code do that. @kernel pte_access_permitted */
export function pteAccessPermitted(m: Machine, pte: PteWord, write: boolean): boolean {
  return m.v.ptePresent(pte) && (!write || m.v.pteWrite(pte));
}

/** From here on the caller holds the page; observers check that it is not free. */
export function* pinned(m: Machine, page: Frame): Step<void> {
  const watching = m.world.observers.filter((o) => o.pinned !== undefined);
  if (watching.length === 0) return;
  const view = new MemoryView();
  const run: AtomicBody = (mem, base, faults) => {
    for (const o of watching) o.pinned?.(view.at(mem, base), page, faults);
    return 0;
  };
  const note = { op: 'gup_fast', text: `returns ${page.name}`, does: 'complete' } as const;
  yield* atomic([page.cell], run, note, { locked: false });
}

/**
 * Whether a folio may be held without a look at its area: not for writing and for good, if it is of a file. What is left
 * out: tmpfs, secretmem, and a mapping that is truncated meanwhile. A reference is held.
 * @kernel gup_fast_folio_allowed
 */
export function gupFastFolioAllowed(_m: Machine, folio: Folio, flags: number): boolean {
  const forGood = FOLL_PIN | FOLL_LONGTERM | FOLL_WRITE;
  return (flags & forGood) !== forGood || folioMapping(folio) === null;
}

/**
 * The leaf level of the walk, for one page: the page with a reference taken, or null where the slow path must
 * take over. `pmd` is the value of `pmdp` that led to the table, if the race has that level. Interrupts are off.
 * @kernel gup_fast_pte_range
 */
export function* gupFastPteRange(
  m: Machine,
  pmd: PteWord | null,
  pmdp: Ptep | null,
  ptep: Ptep,
  flags: number,
): Step<Frame | null> {
  const { v } = m;
  yield* reachTable(m, ptep.table, 'gup_fast', pmdp?.table.mm);
  const pte = yield* m.pte.ptepGetLockless(ptep);
  if (v.pteProtnone(pte)) return null;
  if (!m.k.pteAccessPermitted(pte, (flags & FOLL_WRITE) !== 0)) return null;
  if (v.pteSpecial(pte)) return null;
  // From here on the value counts: the reference goes to the page it names.
  yield* m.obtained(ptep, pte);
  const page = m.world.frames.at(v.ptePfn(pte));
  if (page === undefined) return null;
  // The page may be free by now, or even in use elsewhere.
  if ((yield* m.k.tryGrabFolioFast(page, 1, flags)) === null) return null;
  // With the reference held the page cannot be reused unseen: an entry that still maps it is valid.
  if (
    (pmdp !== null && (yield* m.pmd.pmdpGetLockless(pmdp)) !== pmd) ||
    !v.pteSame(yield* readAgain(m, ptep), pte)
  ) {
    yield* m.k.gupPutFolio(page, 1, flags);
    return null;
  }
  if (
    !m.k.gupFastFolioAllowed(page.folio, flags) ||
    (!v.pteWrite(pte) && (yield* m.k.gupMustUnshare(null, flags, page)))
  ) {
    yield* m.k.gupPutFolio(page, 1, flags);
    return null;
  }
  yield* pinned(m, page);
  return page;
}

/** The second read; its table may be gone. */
function* readAgain(m: Machine, ptep: Ptep): Step<PteWord> {
  yield* reachTable(m, ptep.table, 'gup_fast');
  return yield* m.pte.ptepGet(ptep);
}

/** One page of a huge one: held if the entry is the same once the reference is taken. @kernel gup_fast_pmd_leaf */
export function* gupFastPmdLeaf(
  m: Machine,
  pmd: PteWord,
  pmdp: Ptep,
  index: number,
  flags: number,
): Step<Frame | null> {
  if (!m.k.pteAccessPermitted(pmd, (flags & FOLL_WRITE) !== 0) || m.p.pmdProtnone(pmd)) return null;
  yield* m.obtained(pmdp, pmd);
  const page = m.world.frames.at(m.p.pmdPfn(pmd) + index);
  if (page === undefined || (yield* m.k.tryGrabFolioFast(page, 1, flags)) === null) return null;
  const unshare = !m.p.pmdWrite(pmd);
  if (
    !m.p.pmdSame(yield* m.pmd.pmdpGetLockless(pmdp), pmd) ||
    !m.k.gupFastFolioAllowed(page.folio, flags) ||
    (unshare && (yield* m.k.gupMustUnshare(null, flags, page)))
  ) {
    yield* m.k.gupPutFolio(page, 1, flags);
    return null;
  }
  yield* pinned(m, page);
  return page;
}

/**
 * From the upper level to the leaf table. A huge page is held by its own entry where that level is followed, and is left
 * to the slow path elsewhere. @kernel gup_fast_pmd_range
 */
export function* gupFastPmdRange(m: Machine, vma: Vma, vpn: Vpn, flags: number): Step<Frame | null> {
  const ptep = ptepOf(vma, vpn);
  const slot = m.world.pmds.of(vma.table);
  const pmdp = slot?.pmdp ?? null;
  if (pmdp === null) return yield* m.k.gupFastPteRange(null, null, ptep, flags);
  const pmd = yield* m.pmd.pmdpGetLockless(pmdp);
  if (slot?.follows === true) {
    if (m.v.pteValid(pmd) && m.p.pmdLeaf(pmd)) return yield* m.k.gupFastPmdLeaf(pmd, pmdp, ptep.index, flags);
    const there = m.k.pmdPgtable(pmd)?.table.entries[ptep.index];
    return there === undefined ? null : yield* m.k.gupFastPteRange(pmd, pmdp, there, flags);
  }
  if (m.p.pmdBad(pmd)) return null;
  return yield* m.k.gupFastPteRange(pmd, pmdp, ptep, flags);
}

/**
 * The walk with interrupts off. A pin is given back where a fork has come between: what the walk found writable
 * may have become shared. @kernel gup_fast
 */
export function* gupFast(m: Machine, vma: Vma, vpn: Vpn, flags: number): Step<Frame | null> {
  const pin = (flags & FOLL_PIN) !== 0;
  const { writeProtectSeq } = vma.mm;
  const seq = pin ? yield* m.k.rawReadSeqcount(writeProtectSeq) : 0;
  if (seq % 2 !== 0) return null;
  yield* m.k.localIrqSave();
  const page = yield* m.k.gupFastPmdRange(vma, vpn, flags);
  yield* m.k.localIrqRestore();
  if (page === null || !pin || !(yield* m.k.readSeqcountRetry(writeProtectSeq, seq))) return page;
  yield* m.k.gupPutFolio(page, 1, flags);
  return null;
}

/** Take a reference without a lock, or null where the slow path would take over. @kernel get_user_pages_fast_only */
export function* getUserPagesFastOnly(m: Machine, vma: Vma, vpn: Vpn, flags = 0): Step<Frame | null> {
  return yield* m.k.gupFast(vma, vpn, flags | FOLL_GET);
}

/** A reader without a lock that does not look again: observers take what it is told for used, if it is present. */
export function* readsLockless(m: Machine, ptep: Ptep): Step<void> {
  yield* m.pte.ptepGetLockless(ptep);
}

/** Functions that others call by name. */
export const GUP_FAST = {
  pteAccessPermitted,
  gupFastFolioAllowed,
  gupFastPteRange,
  gupFastPmdLeaf,
  gupFastPmdRange,
  gupFast,
  getUserPagesFastOnly,
} as const;

type GupFastFunctions = typeof GUP_FAST;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends GupFastFunctions {}
}
