/**
 * The page-fault handler, as far as it sets access and dirty state: `handle_pte_fault` for an entry
 * that is present and allows the access.
 */
import type { AccessKind, FaultKind } from '../arch/walker.js';
import { retry } from '../step/primitives.js';
import type { Step } from '../step/step.js';
import { addrOf } from '../units.js';
import type { Machine } from './machine.js';
import type { Ptep, Vma } from './tables.js';

/**
 * Handle a fault. Answers the id of the entry left behind, or -1 if the access is not allowed (no such
 * page, or a protection this model does not resolve).
 *
 * `lastLeft` is what the previous fault of the same access left. If the entry has not changed since and
 * the hardware faults all the same, the handler cannot help: the thread waits until somebody else
 * changes the entry, and if nobody does, that is a livelock.
 */
export function* handleFault(
  m: Machine,
  vma: Vma,
  ptep: Ptep,
  access: AccessKind,
  _fault: FaultKind,
  lastLeft: number,
): Step<number> {
  const { v } = m;
  yield* m.lockPtl(ptep.table);
  const pte = yield* m.pte.ptepGet(ptep);
  if (!v.ptePresent(pte) || v.pteProtnone(pte) || (access === 'store' && !v.pteWrite(pte))) {
    yield* m.unlockPtl(ptep.table);
    return -1;
  }
  const young = v.pteMkyoung(pte);
  const entry = access === 'store' ? v.pteMkdirty(young) : young;
  yield* m.pte.ptepSetAccessFlags(vma, addrOf(ptep.vpn), ptep, entry, access === 'store');
  yield* m.unlockPtl(ptep.table);
  if (entry.id !== lastLeft) return entry.id;
  const cells = ptep.high < 0 ? [ptep.cell] : [ptep.cell, ptep.high];
  const values = ptep.high < 0 ? [pte.id] : [pte.lo | 0, pte.hi | 0];
  yield* retry(cells, values, `faults again on ${ptep.name}`);
  return entry.id;
}
