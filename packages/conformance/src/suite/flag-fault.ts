import { type AccessKind, addrOf, type Ptep, type Vma } from '@racewalk/core';
import { retry, type Step } from '@racewalk/core/step';
import type { Machine } from '@racewalk/machine';

/**
 * The least that a kernel does about a fault on an entry that allows the access: it sets the flags under the lock.
 * The suite has no kernel of its own, and a plug-in whose hardware sets no flags cannot be tried without one. A
 * fault that finds what the last one left waits until somebody else changes the entry. Returns the id of the entry
 * left behind, or -1 for SIGSEGV.
 */
export function* flagFault(
  m: Machine,
  vma: Vma,
  ptep: Ptep,
  access: AccessKind,
  lastLeft: number,
): Step<number> {
  const { v } = m;
  yield* m.pteOffsetMapLock(ptep.table);
  const pte = yield* m.pte.ptepGet(ptep);
  const store = access === 'store';
  const allowed = v.ptePresent(pte) && !v.pteProtnone(pte) && (!store || v.pteWrite(pte));
  const young = v.pteMkyoung(pte);
  const entry = store ? v.pteMkdirty(young) : young;
  if (allowed) yield* m.pte.ptepSetAccessFlags(vma, addrOf(ptep.vpn), ptep, entry, store);
  yield* m.pteUnmapUnlock(ptep.table);
  if (!allowed) return -1;
  if (entry.id === lastLeft) {
    const again = `faults again on ${ptep.name}`;
    // An entry of two words is waited for in its halves.
    if (ptep.high < 0) yield* retry([ptep.cell], [entry.id], again);
    else yield* retry([ptep.cell, ptep.high], [entry.lo | 0, entry.hi | 0], again);
  }
  return entry.id;
}
