/** The names of the operations. */
import { GenericPteOps, type PteOpName } from './generic.js';

/** Every operation, in alphabetical order. */
export const PTE_OPS: readonly PteOpName[] = Object.freeze(
  Object.getOwnPropertyNames(GenericPteOps.prototype)
    .filter((name) => name !== 'constructor')
    .sort() as PteOpName[],
);
