/**
 * The page-fault handler, as far as it sets access and dirty state: `handle_pte_fault` for an entry
 * that is present and allows the access.
 */
import { type AccessKind, addrOf, blockOf, type Ptep, type PteWord, pteById, type Vma } from '@racewalk/core';
import { type Cell, read, retry, type Step } from '@racewalk/core/step';
import { type Machine, walkEntry } from '@racewalk/machine';

/**
 * Handle a fault. Answers the id of the entry left behind, or -1 if the access is not allowed (no such
 * page, or a protection this model does not resolve).
 *
 * `lastLeft` is what the previous fault of the same access left. If the handler leaves the same once more
 * and the hardware would fault all the same, it cannot help: the thread waits until somebody else changes
 * what the hardware looks at, and if nobody does, that is a livelock. `tlb` is the TLB word the
 * hardware may have looked at instead of the entry, or -1.
 */
export function* handleFault(
  m: Machine,
  vma: Vma,
  ptep: Ptep,
  access: AccessKind,
  lastLeft: number,
  tlb: Cell = -1,
): Step<number> {
  const { v } = m;
  const ops = faultOps(m, vma, ptep);
  yield* m.pteOffsetMapLock(ptep.table);
  const pte = yield* ops.get();
  if (!ops.present(pte) || v.pteProtnone(pte) || (access === 'store' && !v.pteWrite(pte))) {
    yield* m.pteUnmapUnlock(ptep.table);
    return -1;
  }
  const young = v.pteMkyoung(pte);
  const entry = access === 'store' ? v.pteMkdirty(young) : young;
  yield* ops.setAccessFlags(entry, access === 'store');
  // Not `entry`: that is the value of a whole block, and the hardware looks at one entry. And under the
  // lock: if somebody undoes later what the handler did, the next fault is another one.
  const left = entry.id === lastLeft ? yield* m.entries.readOnce(ptep, 'faults again on') : null;
  yield* m.pteUnmapUnlock(ptep.table);
  if (left !== null) yield* waitForHelp(m, ptep, left, access, tlb);
  return entry.id;
}

/** What the handler does to the entry, by its level and by whether the area is one of hugetlb pages. */
function faultOps(m: Machine, vma: Vma, ptep: Ptep) {
  const { v } = m;
  const { level, mm } = ptep.table;
  const addr = addrOf(ptep.vpn);
  // A leaf that is only taken from the hardware is present, too; whoever took it holds the lock.
  const usable = (pte: PteWord) => v.pteValid(pte) || v.pteProtnone(pte);
  if (vma.flags.hugetlb === true && level !== undefined) {
    // A hugetlb page is handled by its first entry, whichever was touched.
    const head = blockOf(ptep, vma.flags.hugetlbEntries ?? 1)[0] ?? ptep;
    const start = addrOf(head.vpn);
    return {
      get: () => m.huge.hugePtepGet(mm, start, head),
      present: usable,
      setAccessFlags: (entry: PteWord, dirty: boolean) =>
        m.huge.hugePtepSetAccessFlags(vma, start, head, entry, dirty),
    };
  }
  if (level !== undefined) {
    const ops = m.upper(level);
    return {
      get: () => ops.pmdpGet(ptep),
      present: usable,
      setAccessFlags: (entry: PteWord, dirty: boolean) =>
        ops.pmdpSetAccessFlags(vma, addr, ptep, entry, dirty),
    };
  }
  return {
    get: () => m.pte.ptepGet(ptep),
    present: v.ptePresent,
    setAccessFlags: (entry: PteWord, dirty: boolean) =>
      m.pte.ptepSetAccessFlags(vma, addr, ptep, entry, dirty),
  };
}

/** Wait until the access might succeed; returns at once if it already might with what the handler left. */
function* waitForHelp(m: Machine, ptep: Ptep, left: PteWord, access: AccessKind, tlb: Cell): Step<void> {
  const { walker } = m.world;
  const again = `faults again on ${ptep.name}`;
  const cached = tlb < 0 ? 0 : yield* read(tlb, { text: `${again}: TLB`, does: 'look-up' });
  const stale = cached !== 0 && !walker.permits(pteById(cached), access);
  if (!stale && walkEntry(m.world, ptep, left, access).ok) return;
  const cells = ptep.high < 0 ? [ptep.cell] : [ptep.cell, ptep.high];
  const values = ptep.high < 0 ? [left.id] : [left.lo | 0, left.hi | 0];
  if (tlb >= 0) {
    cells.push(tlb);
    values.push(cached);
  }
  yield* retry(cells, values, again);
}
