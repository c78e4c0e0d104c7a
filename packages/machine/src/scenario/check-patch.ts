/** A replacement under an unknown name has no effect, and such a mutant would hold: so reject it. */
import { HUGE_PTE_OPS, nearest, PMD_OPS, PTE_OPS, RacewalkError } from '@racewalk/core';
import { TLB_OPS } from '../cpu/tlb.js';
import { NOTIFIER_OPS } from '../device/notifier.js';
import type { World } from '../world/world.js';

/** What can be replaced beside the functions of the kernel. */
const OPERATIONS: readonly string[] = Object.freeze([
  ...PTE_OPS,
  ...PMD_OPS,
  ...HUGE_PTE_OPS,
  ...TLB_OPS,
  ...NOTIFIER_OPS,
]);

/** Reject unknown names in a variant's `patch` and `within`; throws `RACEWALK_BAD_SCENARIO`. */
export function checkPatch({ arch, binder }: World, variant: string): void {
  const { values, pmd, huge } = arch;
  const names = [...OPERATIONS, ...Object.keys({ ...values, ...pmd, ...huge })];
  const [unknown] = binder.unknown(names);
  if (unknown === undefined) return;
  const known = [...names, ...binder.names];
  throw new RacewalkError('RACEWALK_BAD_SCENARIO', `${variant}: nothing is called ${unknown}`, {
    expected: nearest(unknown, known) ?? 'the name of an operation or of a function of the kernel',
  });
}
