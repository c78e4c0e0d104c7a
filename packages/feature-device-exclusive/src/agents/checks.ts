/** Walks of the reverse map that look at less: bodies for races and mutants. */
import type { Patch } from '@racewalk/machine';

/** Any mapping that the walk takes down counts as the one that was asked for. */
export const ANY_ADDRESS: Patch = {
  *pageMakeDeviceExclusiveOne(m, page, vma, address, args) {
    const any = { ...args, mm: vma.mm, address };
    yield* m.k.pageMakeDeviceExclusiveOne(page, vma, address, any);
    if (any.valid) args.valid = true;
  },
};

/** A mapping counts as the one that was asked for even if it was read-only. */
export const EVEN_READ_ONLY: Patch = {
  *pageMakeDeviceExclusiveOne(m, page, vma, address, args) {
    yield* m.k.pageMakeDeviceExclusiveOne(page, vma, address, args);
    if (args.mm === vma.mm && args.address === address) args.valid = true;
  },
};

/** Every check, for the mutant of a race that does with less. */
export const ALL_CHECKS: Patch = {
  *pageMakeDeviceExclusiveOne(m, page, vma, address, args) {
    yield* m.k.pageMakeDeviceExclusiveOne(page, vma, address, args);
  },
};
