/** The operations on PUD entries: those of the PMD, one level up. */
import type { PudName } from '../pte/pud.js';
import type { PmdOps } from './pmd-ops.js';

/** Name of one operation on an entry above the leaf tables. */
export type PmdOpName = Exclude<keyof PmdOps, 'level'>;

/** Operations that exist for the PMD only. */
export const PMD_ONLY_OPS = ['pmdpClearFlushYoung', 'pmdpInvalidateAd', 'pmdpCollapseFlush'] as const;

/** The operations on PUD entries. @kernel pudp_huge_get_and_clear and others */
export type PudOps = {
  readonly [K in Exclude<PmdOpName, (typeof PMD_ONLY_OPS)[number]> as PudName<K>]: PmdOps[K];
};
