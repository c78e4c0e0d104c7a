/** The `pudp_*` operations: those of the PMD, one level up. */
import { type PudName, pudName } from '../pte/pud.js';
import { GenericPmdOps } from './pmd.js';

/** Name of one operation on an entry above the leaf tables. */
export type PmdOpName = Exclude<keyof GenericPmdOps, 'level'>;

/** Operations that exist for the PMD only. */
export const PMD_ONLY_OPS = ['pmdpClearFlushYoung', 'pmdpInvalidateAd', 'pmdpCollapseFlush'] as const;

/** Every operation on an entry above the leaf tables, in alphabetical order. */
export const PMD_OPS: readonly PmdOpName[] = Object.freeze(
  Object.getOwnPropertyNames(GenericPmdOps.prototype)
    .filter((name) => /^(pmd|setPmd)/.test(name))
    .sort() as PmdOpName[],
);

/** The operations on PUD entries. @kernel pudp_huge_get_and_clear and others */
export type PudOps = {
  readonly [K in Exclude<PmdOpName, (typeof PMD_ONLY_OPS)[number]> as PudName<K>]: GenericPmdOps[K];
};

/** The operations of a class, made for the PUD level, under the names they have there. */
export function pudOps(ops: GenericPmdOps): PudOps {
  const own = ops as unknown as Record<string, (...args: unknown[]) => unknown>;
  const names = PMD_OPS.filter((name) => !(PMD_ONLY_OPS as readonly string[]).includes(name));
  return Object.fromEntries(
    names.map((name) => [pudName(name), (...args: unknown[]) => own[name]?.(...args)]),
  ) as unknown as PudOps;
}
