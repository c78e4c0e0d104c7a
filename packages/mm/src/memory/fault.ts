/** The page-fault handler. (mm/memory.c, Linux 6.12) */
import { addrOf, blockOf, type Ptep, type PteWord, type Vma } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { FaultEntry, FaultHandler, Machine } from '@racewalk/machine';
import { cachedPage } from '../filemap/page-cache.js';
import { deviceExclusiveEntry } from '../swapops.js';
import { waitForHelp } from './livelock.js';
import { tellDevices } from './secondary-tlbs.js';
import { hasSparePages } from './spare-pages.js';
import { type FoundFault, VM_FAULT_SIGSEGV, type VmFault } from './vm-fault.js';

/**
 * One fault. An entry that was read without the lock may be of any kind; else it is read under the page-table lock, once, and
 * is present and read-only, old or clean, or a device has its page. Returns the id of the entry it has made, 0 where it copied or reused a page, or `VM_FAULT_SIGSEGV`: also
 * where the race does not say how such a fault ends. @kernel handle_pte_fault
 */
export function* handlePteFault(m: Machine, vmf: VmFault): Step<number> {
  const { v } = m;
  const { vma, ptep, access, history, origPte } = vmf;
  const write = access === 'store';
  const ops = opsAt(m, vma, ptep);
  if (origPte !== undefined && !v.ptePresent(origPte)) return yield* notPresent(m, { ...vmf, origPte });
  yield* m.pteOffsetMapLock(ptep.table);
  const pte = yield* ops.get();
  if (origPte !== undefined && !v.pteSame(pte, origPte)) {
    yield* m.pteUnmapUnlock(ptep.table);
    return 0;
  }
  if (ptep.table.level === undefined && deviceExclusiveEntry(m, pte) !== null) {
    yield* m.pteUnmapUnlock(ptep.table);
    return yield* notPresent(m, { ...vmf, origPte: pte });
  }
  if (v.pteNone(pte) && ptep.table.level === undefined && cachedPage(m.world, vma, ptep.vpn) !== null) {
    yield* m.pteUnmapUnlock(ptep.table);
    return yield* m.k.doFault(vmf);
  }
  const cow = write && !v.pteWrite(pte);
  if (!ops.present(pte) || v.pteProtnone(pte) || (cow && !hasSparePages(m.world))) {
    yield* m.pteUnmapUnlock(ptep.table);
    return VM_FAULT_SIGSEGV;
  }
  if (cow) {
    yield* m.k.doWpPage({ ...vmf, origPte: pte });
    return 0;
  }
  const young = v.pteMkyoung(pte);
  const entry = write ? v.pteMkdirty(young) : young;
  const changed = yield* ops.setAccessFlags(entry, write);
  if (changed) yield* tellDevices(m, vma, ops.ptep, ops.pages);
  // The access faulted all the same: on what this CPU has cached of an entry that another one has changed since.
  if (!changed && write && ptep.table.level === undefined) {
    yield* m.tlb.flushTlbFixSpuriousFault(vma, addrOf(ptep.vpn));
  }
  // Not `entry`: that is the value of a whole block, and the hardware reads one entry. Read under the lock: if
  // another thread later undoes this change, the next fault is a new one.
  const again = history?.lastLeft === entry.id;
  const left = again ? yield* m.entries.readOnce(ptep, 'faults again on') : null;
  yield* m.pteUnmapUnlock(ptep.table);
  if (left !== null && history !== undefined) yield* waitForHelp(m, ptep, left, access, history.walker);
  return entry.id;
}

/** An empty entry: the page of the file, where a race says what its cache has. @kernel do_pte_missing */
function* doPteMissing(m: Machine, vmf: VmFault): Step<number> {
  if (cachedPage(m.world, vmf.vma, vmf.ptep.vpn) === null) return yield* m.k.doAnonymousPage(vmf);
  return yield* m.k.doFault(vmf);
}

/**
 * The entry was empty, or keeps the place of a page. Where it was empty, reclaim may be in the middle of it: then the look under
 * the lock finds the swap entry, and the access is tried again.
 */
function* notPresent(m: Machine, vmf: FoundFault): Step<number> {
  if (m.v.pteNone(vmf.origPte)) return yield* doPteMissing(m, vmf);
  yield* m.k.doSwapPage(vmf);
  return 0;
}

/** What the handler does to the entry, by its level and by whether the area is one of hugetlb pages. */
function opsAt(m: Machine, vma: Vma, ptep: Ptep) {
  const { v } = m;
  const { level, mm } = ptep.table;
  const addr = addrOf(ptep.vpn);
  // A leaf that is only invalidated for the hardware is also present; the thread that invalidated it holds the lock.
  const usable = (pte: PteWord) => v.pteValid(pte) || v.pteProtnone(pte);
  if (vma.flags.hugetlb === true) {
    // A hugetlb page is handled by its first entry, whichever was touched.
    const head = blockOf(ptep, vma.flags.hugetlbEntries ?? 1)[0] ?? ptep;
    const start = addrOf(head.vpn);
    return {
      ptep: head,
      pages: vma.flags.hugetlbEntries ?? 1,
      get: () => m.huge.hugePtepGet(mm, start, head),
      present: usable,
      *setAccessFlags(entry: PteWord, dirty: boolean): Step<boolean> {
        const changed = yield* m.huge.hugePtepSetAccessFlags(vma, start, head, entry, dirty);
        // RISC-V, which is the one to need it, says that something has changed whatever has.
        yield* m.k.updateMmuCache(vma, start);
        return changed;
      },
    };
  }
  if (level !== undefined) {
    const ops = m.upper(level);
    return {
      ptep,
      pages: 1,
      get: () => ops.pmdpGet(ptep),
      present: usable,
      setAccessFlags: (entry: PteWord, dirty: boolean) =>
        ops.pmdpSetAccessFlags(vma, addr, ptep, entry, dirty),
    };
  }
  return {
    ptep,
    pages: 1,
    get: () => m.pte.ptepGet(ptep),
    present: v.ptePresent,
    setAccessFlags: (entry: PteWord, dirty: boolean) =>
      m.pte.ptepSetAccessFlags(vma, addr, ptep, entry, dirty),
  };
}

/** How a fault of user code enters the kernel, unless a race says otherwise. */
export const userFault: FaultEntry = (m, vma, ptep, access, lastLeft, walker) => {
  const history = { lastLeft, ...(walker && { walker }) };
  return m.world.pmds.of(vma.table)?.follows === true
    ? m.k.handleMmFault(vma, ptep, access, history)
    : m.k.handlePteFault({ vma, ptep, access, history });
};

/**
 * The same if other threads change areas meanwhile: under the mmap lock, which faults take shared and fork exclusively.
 * For `AccessOptions.onFault`. @kernel do_user_addr_fault
 */
export const doUserAddrFault: FaultHandler = function* (m, { vma, ptep, access }) {
  if (access === 'store' && !vma.prot.write) return 'sigsegv';
  yield* m.k.downRead(vma.mm.mmapLock);
  const levels = m.world.pmds.of(vma.table)?.follows === true;
  const done = levels
    ? yield* m.k.handleMmFault(vma, ptep, access)
    : yield* m.k.handlePteFault({ vma, ptep, access });
  yield* m.k.upRead(vma.mm.mmapLock);
  return done < 0 ? 'sigsegv' : 'retry';
};

/** Functions that others call by name. */
export const FAULT = { handlePteFault } as const;

type FaultFunctions = typeof FAULT;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends FaultFunctions {}
}
