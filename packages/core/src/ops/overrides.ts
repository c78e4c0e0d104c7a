/** Which operations a plug-in brings itself. */
import { GenericPteOps, type PteOpName } from './generic.js';

/** Every operation, in alphabetical order. */
export const PTE_OPS: readonly PteOpName[] = Object.freeze(
  Object.getOwnPropertyNames(GenericPteOps.prototype)
    .filter((name) => name !== 'constructor')
    .sort() as PteOpName[],
);

/** The operations in `ops` whose body is not the generic one. */
export function overriddenOps(ops: GenericPteOps): PteOpName[] {
  const generic = GenericPteOps.prototype as unknown as Record<string, unknown>;
  const own = ops as unknown as Record<string, unknown>;
  return PTE_OPS.filter((name) => own[name] !== generic[name]);
}
