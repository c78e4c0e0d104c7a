/** Which operations a plug-in brings itself. */
import { GenericPteOps, type PteOpName } from './generic.js';
import { GenericHugePteOps, HUGE_PTE_OPS, type HugePteOpName } from './hugetlb.js';
import type { HugePteOps } from './hugetlb-ops.js';
import { GenericPmdOps } from './pmd.js';
import type { PmdOps } from './pmd-ops.js';
import type { PteOps } from './pte-ops.js';
import { PMD_OPS } from './pud.js';
import type { PmdOpName } from './pud-ops.js';

/** Every operation, in alphabetical order. */
export const PTE_OPS: readonly PteOpName[] = Object.freeze(
  Object.getOwnPropertyNames(GenericPteOps.prototype)
    .filter((name) => name !== 'constructor')
    .sort() as PteOpName[],
);

function overridden<N extends string>(names: readonly N[], ops: object, generic: object): N[] {
  const [own, other] = [ops, generic] as Record<string, unknown>[];
  return names.filter((name) => own?.[name] !== other?.[name]);
}

/** The operations in `ops` whose body is not the generic one. */
export const overriddenOps = (ops: PteOps): PteOpName[] => overridden(PTE_OPS, ops, GenericPteOps.prototype);

/** The same for operations on huge pages. */
export const overriddenPmdOps = (ops: PmdOps): PmdOpName[] =>
  overridden(PMD_OPS, ops, GenericPmdOps.prototype);

/** The same for operations on hugetlb entries. */
export const overriddenHugeOps = (ops: HugePteOps): HugePteOpName[] =>
  overridden(HUGE_PTE_OPS, ops, GenericHugePteOps.prototype);
