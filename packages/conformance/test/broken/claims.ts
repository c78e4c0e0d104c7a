/** Faults in the walker, and claims that are not so. */
import { bit, type HardwareWalker, pteAndNot } from '@racewalk/core';
import { ACCESS_DIRTY, toyArch, toySoft, toyValues as v } from '@racewalk/toys';
import type { Broken } from './broken.js';

const { walker } = toyArch();

const neverYoung: HardwareWalker = {
  walk(entry, access) {
    const result = walker.walk(entry, access);
    if (!result.ok || v.pteYoung(entry)) return result;
    return { ...result, entry: v.pteMkold(result.entry), cached: v.pteMkold(result.cached) };
  },
  permits: walker.permits,
};

export const accessFlagNeverSet: Broken = {
  fault: 'access flag never set',
  plugin: toyArch({ walker: neverYoung }),
  fails: [/^manifest > has hwAccess/],
  says: [
    /claims hwAccess, but a walk for a load leaves pteYoung false/,
    /pteYoung\(after\) = false; it hangs on A \(bit 2\)/,
    /the capability hwAccess: a walk sets the access flag/,
    /in the words of x86: accessed flag/,
  ],
};

export const overstated: Broken = {
  fault: 'capability overstated',
  plugin: toyArch({ walker: toySoft.walker }),
  fails: [/^manifest > has hwDirty/],
  says: [
    /claims hwDirty, but a walk for a store ends in a permission fault/,
    /walker\.walk\(before, 'store'\) faults: permission/,
    /in the words of arm64: FEAT_HAFDBS/,
    /take hwDirty out of `capabilities`/,
  ],
};

export const understated: Broken = {
  fault: 'capability not claimed',
  plugin: toyArch({ capabilities: ['hwAccess', 'contPte', 'breakBeforeMake', 'broadcastTlbi'] }),
  fails: [/^manifest > does not have hwDirty/],
  says: [
    /denies hwDirty, but a walk for a store does not fault/,
    /3 {2}D +0 +1 {2}\* dirty/,
    /add hwDirty to `capabilities`/,
  ],
};

export const blockMayNotDiffer: Broken = {
  fault: 'hardware sets what the entries of a block may not differ in',
  plugin: toyArch({ cont: { ptes: 4, mayDiffer: pteAndNot(ACCESS_DIRTY, bit(3)) } }),
  fails: [/^manifest > has contPte/],
  says: [
    /claims contPte, but a walk changes D in one entry of a block, and cont\.mayDiffer does not have it/,
  ],
};

export const storesThroughClean: Broken = {
  fault: 'a cached clean entry lets stores through',
  plugin: toyArch({ walker: { ...walker, permits: () => true } }),
  fails: [/^manifest > has hwDirty/],
  says: [/walker\.permits\(\) lets a store through a cached clean entry, so that nobody records it/],
};
