/** Tables on machines and in moments other than those of `mm/mmu_gather.c` with MMU_GATHER_RCU_TABLE_FREE. */
import type { Patch } from '@racewalk/machine';

/** Where every flush interrupts there is nothing else to wait for: tables are freed like pages. */
export const WITHOUT_RCU: Patch = {
  *tlbRemoveTableFree(m, tables) {
    yield* m.k.__tlbRemoveTableFree(tables);
  },
};

/** There is no memory for a batch of tables. */
export const NO_MEMORY: Patch = { getFreePage: () => false };
