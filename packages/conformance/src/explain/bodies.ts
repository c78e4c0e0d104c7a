/** Whose body each operation of a plug-in has: the plug-in's, one that core has ready, or the generic one. */
import {
  type ArchPlugin,
  AtomicPmdOps,
  ContHugePteOps,
  GenericHugePteOps,
  GenericPmdOps,
  GenericPteOps,
  HUGE_PTE_OPS,
  PMD_OPS,
  PTE_OPS,
  stubMachine,
} from '@racewalk/core';

/** Names of operations, by whose body they have; each list in alphabetical order. */
export interface Bodies {
  /** The plug-in's. */
  readonly own: readonly string[];
  /** Core's for hardware that sets flags (`AtomicPmdOps`), or for contiguous blocks (`ContHugePteOps`). */
  readonly ready: readonly string[];
  readonly generic: readonly string[];
}

type Methods = Readonly<Record<string, unknown>>;

function bodiesOf(names: readonly string[], ops: object, generic: object, ready?: object): Bodies {
  const body = (of: object, name: string) => (of as Methods)[name];
  const isGeneric = (name: string) => body(ops, name) === body(generic, name);
  const isReady = (name: string) =>
    !isGeneric(name) && ready !== undefined && body(ops, name) === body(ready, name);
  return {
    own: names.filter((name) => !isGeneric(name) && !isReady(name)),
    ready: names.filter(isReady),
    generic: names.filter(isGeneric),
  };
}

/** Whose body the operations on page entries have. @kernel ptep_*, *_ptes */
export const pteBodies = (arch: ArchPlugin): Bodies =>
  bodiesOf(PTE_OPS, stubMachine(arch).pte, GenericPteOps.prototype);

/** The same for huge pages, under their names for the PMD. @kernel pmdp_*, pudp_* */
export const pmdBodies = (arch: ArchPlugin): Bodies =>
  bodiesOf(PMD_OPS, stubMachine(arch).pmd, GenericPmdOps.prototype, AtomicPmdOps.prototype);

/** The same for hugetlb entries. @kernel huge_ptep_* */
export const hugeBodies = (arch: ArchPlugin): Bodies =>
  bodiesOf(HUGE_PTE_OPS, stubMachine(arch).huge, GenericHugePteOps.prototype, ContHugePteOps.prototype);
