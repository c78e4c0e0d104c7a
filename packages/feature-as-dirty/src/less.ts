import type { LessHardware } from '@racewalk/machine';

/** For races that ask for DIRTY or MISS only, which no observer decides by what a TLB holds. */
export const NO_KERNEL_TLBS: LessHardware = Object.freeze({
  hardware: 'kernelTlbs',
  why: 'nobody asks what they hold: callers of the helpers access no user memory, and no page is freed',
});
