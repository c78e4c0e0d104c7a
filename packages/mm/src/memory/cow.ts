/**
 * Copy on write: what becomes of a store that faults on a read-only page of a private mapping.
 * (mm/memory.c, Linux 6.9)
 */
import { addrOf, type Ptep, type PteWord, RacewalkError, type Vma } from '@racewalk/core';
import { atomic, read, type Step } from '@racewalk/core/step';
import { type FaultHandler, type Folio, type Frame, FrameFlag, type Machine } from '@racewalk/machine';
import { freePage } from '../folio.js';
import { pageAnonExclusive } from '../rmap/anon.js';

/** Where a fault handler gets its new pages from: folios of one page, reference count 1, not mapped. */
export class SparePages {
  readonly #pages: Folio[];

  constructor(pages: readonly Folio[]) {
    this.#pages = [...pages];
  }

  /** @kernel folio_prealloc */
  take(): Frame {
    const frame = this.#pages.shift()?.frames[0];
    if (frame === undefined)
      throw new RacewalkError(
        'RACEWALK_NO_SPARE_PAGE',
        'the fault handler of this race needs more spare pages',
      );
    return frame;
  }

  /** A page that was not used after all. */
  giveBack(frame: Frame): void {
    this.#pages.unshift(frame.folio);
  }
}

/** The parts of copy on write that a race may want to replace. */
export interface CowOps {
  /** Whether the page may be written in place although it is not known to be exclusive. */
  readonly canReuse: (m: Machine, folio: Folio) => Step<boolean>;
  /** Whether one address space has the page for itself. */
  readonly isExclusive: (m: Machine, frame: Frame) => Step<boolean>;
  /** Whether the entry is still what it was when the page was copied. */
  readonly same: (m: Machine, now: PteWord, orig: PteWord) => boolean;
  /** Take the old translation away before the new one is set. */
  readonly clear: (m: Machine, vma: Vma, ptep: Ptep) => Step<unknown>;
}

/** A small folio that nobody else has a reference to. @kernel wp_can_reuse_anon_folio */
export function* wpCanReuseAnonFolio(_m: Machine, folio: Folio): Step<boolean> {
  if (folio.frames.length > 1) return false;
  const count = () =>
    read(folio.refcount, { op: 'folio_ref_count', text: folio.name }, (o) => `→ ${o.result}`);
  return (yield* count()) === 1;
}

/** Copy on write as Linux does it. */
export const LINUX_COW: CowOps = Object.freeze({
  canReuse: wpCanReuseAnonFolio,
  isExclusive: pageAnonExclusive,
  same: (m: Machine, now: PteWord, orig: PteWord) => m.v.pteSame(now, orig),
  clear: (m: Machine, vma: Vma, ptep: Ptep) => m.pte.ptepClearFlush(vma, addrOf(ptep.vpn), ptep),
});

/** Copy the contents of a page; the source may be written meanwhile. @kernel copy_user_highpage */
export function* copyUserHighpage(_m: Machine, to: Frame, from: Frame): Step<void> {
  const run = (mem: Int32Array, base: number) => {
    const held = mem[base + from.data] ?? 0;
    if (to.data >= 0 && from.data >= 0) mem[base + to.data] = held;
    return held;
  };
  const cells = to.data < 0 || from.data < 0 ? [] : [from.data, to.data];
  const note = { text: `copy ${from.name} to ${to.name}`, does: 'copy' } as const;
  yield* atomic(cells, run, note, {
    locked: false,
    show: (o) => `= ${o.result}`,
  });
}

/** Give references back; who gives the last one frees the folio. */
function* putAndFree(m: Machine, folio: Folio, nr: number): Step<void> {
  if ((yield* m.k.folioPutRefs(folio, nr)) !== 0) return;
  for (const frame of folio.frames) yield* freePage(m, frame);
}

/** Let the process write to the page it has; the page-table lock is held, and dropped. @kernel wp_page_reuse */
export function* wpPageReuse(m: Machine, vma: Vma, ptep: Ptep, orig: PteWord): Step<void> {
  const entry = m.v.pteMkwrite(m.v.pteMkdirty(m.v.pteMkyoung(orig)));
  yield* m.pte.ptepSetAccessFlags(vma, addrOf(ptep.vpn), ptep, entry, true);
  yield* m.pteUnmapUnlock(ptep.table);
}

/**
 * Give the process a page of its own. The contents are copied without the page-table lock, so the entry
 * is looked at again before it is replaced: somebody else may have resolved the fault meanwhile.
 * A reference to the old folio is held, and dropped. @kernel wp_page_copy
 */
export function* wpPageCopy(
  m: Machine,
  vma: Vma,
  ptep: Ptep,
  orig: PteWord,
  old: Frame,
  spares: SparePages,
  ops: CowOps = LINUX_COW,
): Step<void> {
  const addr = addrOf(ptep.vpn);
  const fresh = spares.take();
  yield* m.k.copyUserHighpage(fresh, old);
  const range = { event: 'clear', mm: vma.mm, start: ptep.vpn, end: ptep.vpn + 1 } as const;
  yield* m.notifier.mmuNotifierInvalidateRangeStart(range);
  yield* m.pteOffsetMapLock(ptep.table);
  const copied = ops.same(m, yield* m.pte.ptepGet(ptep), orig);
  if (copied) {
    const { v } = m;
    const entry = v.pteMkyoung(v.pfnPte(fresh.pfn, v.mkProt({ ...vma.prot, write: false })));
    // Empty first, everywhere: no CPU may write to one page while another reads the other.
    yield* ops.clear(m, vma, ptep);
    yield* m.k.folioAddNewAnonRmap(fresh);
    yield* m.pte.setPteAt(vma.mm, addr, ptep, v.pteMkwrite(v.pteMkdirty(entry)));
    // Only now: until the new entry stands, the old mapping is what keeps the page from being reused.
    yield* m.k.folioRemoveRmapPte(old);
  } else {
    spares.giveBack(fresh);
  }
  yield* m.pteUnmapUnlock(ptep.table);
  yield* m.notifier.mmuNotifierInvalidateRangeEnd(range);
  yield* putAndFree(m, old.folio, copied ? 2 : 1);
}

/**
 * A store faulted on a present, read-only page of a private mapping: reuse it or copy it. The page-table
 * lock is held, and dropped. @kernel do_wp_page
 */
export function* doWpPage(
  m: Machine,
  vma: Vma,
  ptep: Ptep,
  orig: PteWord,
  spares: SparePages,
  ops: CowOps = LINUX_COW,
): Step<void> {
  const frame = m.world.frames.at(m.v.ptePfn(orig));
  if (frame === undefined)
    throw new RacewalkError('RACEWALK_NO_FRAME', `${ptep.name} maps a frame that belongs to nobody`);
  const exclusive = yield* ops.isExclusive(m, frame);
  if (exclusive || (yield* ops.canReuse(m, frame.folio))) {
    if (!exclusive) yield* m.k.setPageAnonExclusive(frame);
    yield* m.k.wpPageReuse(vma, ptep, orig);
    return;
  }
  yield* m.k.folioRefAdd(frame.folio);
  yield* m.pteUnmapUnlock(ptep.table);
  yield* m.k.wpPageCopy(vma, ptep, orig, frame, spares, ops);
}

/** How a fault handler differs from that of Linux. */
export interface CowFaultOptions {
  readonly ops?: CowOps;
  /** Take the mmap lock together with other faults; fork has it for itself. Default true. */
  readonly mmapLock?: boolean;
}

/**
 * A handler for `AccessOptions.onFault` that does copy on write and sets flags, as `handle_pte_fault`
 * does. Made anew each time an agent starts, like the agent.
 */
export function cowFaults(spares: readonly Folio[], options: CowFaultOptions = {}): FaultHandler {
  const pages = new SparePages(spares);
  const { ops = LINUX_COW, mmapLock = true } = options;
  return function* (m, { vma, ptep, access }) {
    if (mmapLock) yield* m.k.downRead(vma.mm.mmapLock);
    const outcome = yield* m.k.handlePteFault(vma, ptep, access === 'store', pages, ops);
    if (mmapLock) yield* m.k.upRead(vma.mm.mmapLock);
    return outcome;
  };
}

/** One fault on an entry that may be read-only, old or clean. @kernel handle_pte_fault */
export function* handlePteFault(
  m: Machine,
  vma: Vma,
  ptep: Ptep,
  write: boolean,
  spares: SparePages,
  ops: CowOps = LINUX_COW,
): Step<'retry' | 'sigsegv'> {
  const { v } = m;
  yield* m.pteOffsetMapLock(ptep.table);
  const pte = yield* m.pte.ptepGet(ptep);
  if (!v.ptePresent(pte) || (write && !vma.prot.write)) {
    yield* m.pteUnmapUnlock(ptep.table);
    return 'sigsegv';
  }
  if (write && !v.pteWrite(pte)) {
    yield* m.k.doWpPage(vma, ptep, pte, spares, ops);
    return 'retry';
  }
  const young = v.pteMkyoung(pte);
  const entry = write ? v.pteMkdirty(young) : young;
  yield* m.pte.ptepSetAccessFlags(vma, addrOf(ptep.vpn), ptep, entry, write);
  yield* m.pteUnmapUnlock(ptep.table);
  return 'retry';
}

/** Flags of a page that a private mapping has to itself, for `World.folio`. */
export const ANON_EXCLUSIVE = FrameFlag.ANON | FrameFlag.EXCLUSIVE;

/** What stands in the kernel's table. */
export const COW = {
  wpCanReuseAnonFolio,
  copyUserHighpage,
  wpPageReuse,
  wpPageCopy,
  doWpPage,
  handlePteFault,
} as const;

type CowFunctions = typeof COW;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends CowFunctions {}
}
