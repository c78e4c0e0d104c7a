/** Operations replaced by name: how a variant differs from the architecture's own bodies. */
import type { EntryMachine } from './entry-machine.js';
import { PTE_OPS, type PteOpName } from './generic.js';
import type { HugePteOps } from './hugetlb-ops.js';
import type { PmdOps } from './pmd-ops.js';
import type { PteOps } from './pte-ops.js';

/** The methods of `T` as functions that are given the machine first. */
type Unbound<T, M> = {
  readonly [K in keyof T as T[K] extends (...args: never[]) => unknown ? K : never]: T[K] extends (
    ...args: infer A
  ) => infer R
    ? (m: M, ...args: A) => R
    : never;
};

/**
 * Bodies that replace operations, by name. Operations call each other by name, so a replacement takes effect
 * everywhere. Inside it, a call of the same operation reaches the original body. `T` says whose operations.
 */
export type OpsPatch<M = EntryMachine, T = PteOps & PmdOps & HugePteOps> = Partial<Unbound<T, M>>;

/** The operations of another class as replacements: `names` of them, or all. */
export function patchOf(
  Ops: new (m: EntryMachine) => PteOps,
  names: readonly PteOpName[] = PTE_OPS,
): OpsPatch {
  return Object.fromEntries(
    names.map((name) => [
      name,
      (m: EntryMachine, ...args: unknown[]) => {
        const ops = new Ops(m) as unknown as Record<string, (...args: unknown[]) => unknown>;
        return ops[name]?.(...args);
      },
    ]),
  );
}
