import type { LessHardware } from '@racewalk/machine';

/** For races that ask for DIRTY or MISS only, which no observer decides by what a TLB holds. */
export const NO_KERNEL_TLBS: LessHardware = Object.freeze({
  hardware: 'kernelTlbs',
  why: 'nobody asks what they hold: callers of the helpers access no user memory, and no page is freed',
});

/** For the same races, where an area is write-protected by taking each entry out and putting it back. */
export const NO_NEGATIVE_CACHING: LessHardware = Object.freeze({
  hardware: 'negativeCaching',
  why: 'an empty entry that stays cached only adds a fault, and its handler makes an entry young or dirty as a walk would; contpte/mixed-block asks what such a fault ends in',
});
