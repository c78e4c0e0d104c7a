/** What the patch adds to the kernel, by name (mm/as_dirty_helpers.c, version 4, June 2019), and the driver that uses it. */
import { applyAsRange, flushTouched, readVmFlags } from './apply-as.js';
import { applyToPfnRange, applyToPmdRange } from './apply-to-pfn-range.js';
import { applyAsClean, applyPtClean } from './clean.js';
import { lockExternal, unlockExternal } from './external-lock.js';
import { applyAsWrprotect, applyPtWrprotect } from './wrprotect.js';

/** Functions that a race adds, to be called by name. */
export const AS_DIRTY_HELPERS = {
  applyAsClean,
  applyAsRange,
  applyAsWrprotect,
  applyPtClean,
  applyPtWrprotect,
  applyToPfnRange,
  applyToPmdRange,
  flushTouched,
  lockExternal,
  readVmFlags,
  unlockExternal,
} as const;

type AsDirtyHelpers = typeof AS_DIRTY_HELPERS;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends AsDirtyHelpers {}
}
