/** A fault that is handled in vain: the access faults again on the entry that the handler left. */
import { type AccessKind, type Ptep, type PteWord, pteById } from '@racewalk/core';
import { type Cell, read, retry, type Step } from '@racewalk/core/step';
import { type Machine, walkEntry } from '@racewalk/machine';

/** What the machine knows of earlier faults of the same access. */
export interface FaultHistory {
  /** Id of the entry that the previous one left, or -1. */
  readonly lastLeft: number;
  /** The TLB word the hardware may have looked at instead of the entry, or -1. */
  readonly tlb: Cell;
}

/** Wait until the access might succeed; returns at once if it already might with what the handler left. */
export function* waitForHelp(
  m: Machine,
  ptep: Ptep,
  left: PteWord,
  access: AccessKind,
  { tlb }: FaultHistory,
): Step<void> {
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
