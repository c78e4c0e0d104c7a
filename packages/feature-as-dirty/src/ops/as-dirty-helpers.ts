/** What the patch adds to the kernel, by name. (mm/as_dirty_helpers.c, version 4, June 2019) */
import { applyAsRange, flushTouched, readVmFlags } from './apply-as.js';
import { applyToPfnRange } from './apply-to-pfn-range.js';
import { applyAsClean, applyPtClean } from './clean.js';
import { applyAsWrprotect, applyPtWrprotect } from './wrprotect.js';

/** What stands in the kernel's table where a race adds it. */
export const AS_DIRTY_HELPERS = {
  applyAsClean,
  applyAsRange,
  applyAsWrprotect,
  applyPtClean,
  applyPtWrprotect,
  applyToPfnRange,
  flushTouched,
  readVmFlags,
} as const;

type AsDirtyHelpers = typeof AS_DIRTY_HELPERS;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends AsDirtyHelpers {}
}
