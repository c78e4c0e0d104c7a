/** A fault that is handled in vain: the access faults again on the entry that the handler left. */

import type { AccessKind, HardwareWalker, Ptep, PteWord } from '@racewalk/core';
import { retry, type Step } from '@racewalk/core/step';
import { cellsOf, type Machine, walkEntry } from '@racewalk/machine';

/** What the machine knows of earlier faults of the same access. */
export interface FaultHistory {
  /** Id of the entry that the previous one left, or -1. */
  readonly lastLeft: number;
  /** The walker of the CPU, where it is not that of the plug-in. */
  readonly walker?: Pick<HardwareWalker, 'walk'>;
}

/**
 * Wait until the access might succeed; returns at once if it already might with what the handler left. A translation
 * in the TLB that refuses all the same is waited for by the machine.
 */
export function* waitForHelp(
  m: Machine,
  ptep: Ptep,
  left: PteWord,
  access: AccessKind,
  walker: Pick<HardwareWalker, 'walk'> = m.world.walker,
): Step<void> {
  if (walkEntry({ walker, arch: m.arch }, ptep, left, access).ok) return;
  const cells = cellsOf(ptep);
  const values = ptep.high < 0 ? [left.id] : [left.lo | 0, left.hi | 0];
  yield* retry(cells, values, `faults again on ${ptep.name}`);
}
