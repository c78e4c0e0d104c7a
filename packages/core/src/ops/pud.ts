/** The `pudp_*` operations, made from those of the PMD. */
import { pudName } from '../pte/pud.js';
import { GenericPmdOps } from './pmd.js';
import type { PmdOps } from './pmd-ops.js';
import { PMD_ONLY_OPS, type PmdOpName, type PudOps } from './pud-ops.js';

/** Every operation on an entry above the leaf tables, in alphabetical order. */
export const PMD_OPS: readonly PmdOpName[] = Object.freeze(
  Object.getOwnPropertyNames(GenericPmdOps.prototype)
    .filter((name) => /^(pmd|setPmd)/.test(name))
    .sort() as PmdOpName[],
);

/** The operations of a class, made for the PUD level, under the names they have there. */
export function pudOps(ops: PmdOps): PudOps {
  const own = ops as unknown as Record<string, (...args: unknown[]) => unknown>;
  const names = PMD_OPS.filter((name) => !(PMD_ONLY_OPS as readonly string[]).includes(name));
  return Object.fromEntries(
    names.map((name) => [pudName(name), (...args: unknown[]) => own[name]?.(...args)]),
  ) as unknown as PudOps;
}
