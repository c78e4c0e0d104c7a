import type { AccessKind } from '@racewalk/core';
import type { AgentSpec } from '@racewalk/machine';
import { slotOf } from '../ops/swap.js';
import { SWAPIN_CPU, type SwapCached } from '../setup.js';

/** Reclaim of the page; one that stays keeps the reference of its isolation. */
export const reclaim: AgentSpec<SwapCached> = {
  cpu: 0,
  role: 'kernel',
  note: 'reclaim',
  *run(m, { folio }) {
    yield* m.k.shrinkFolioList([folio]);
  },
};

/** How the fault differs from Linux. */
interface SwapInPlan {
  /** Default a load. */
  readonly access?: AccessKind;
  /** Ask for the flushes that reclaim owes before anything is mapped. Default false. */
  readonly drain?: boolean;
}

/** A fault that finds a swap entry, if there is one already. */
export function swapIn({ access = 'load', drain = false }: SwapInPlan = {}): AgentSpec<SwapCached> {
  return {
    cpu: SWAPIN_CPU,
    role: 'kernel',
    note: 'swap-in fault',
    *run(m, { vma, ptep }) {
      const origPte = yield* m.pte.ptepGetLockless(ptep);
      if (slotOf(m, origPte) !== 0) return;
      if (drain) yield* m.k.flushTlbBatchedPending(vma.mm);
      yield* m.k.doSwapPage({ vma, ptep, origPte, access });
    },
  };
}
