import type { ArchReason } from '@racewalk/machine';

/** Where nothing is issued and left under way there is nothing to wait for with a barrier. */
export const noBroadcast: ArchReason = (arch) =>
  arch.has('broadcastTlbi')
    ? null
    : 'invalidations interrupt and wait: none is ever issued and still under way, and there is no barrier to rely on';
