/** Two small architectures: one whose hardware keeps the flags, one whose fault handler does. */

import { type ArchPlugin, defineArch } from '@racewalk/core';
import { trackingSpec } from '@racewalk/toys';

export { faultingToy as flat } from '@racewalk/toys';

/**
 * Hardware sets young and dirty; an invalidation is issued, and waited for apart. As on arm64 the access flag
 * is one of the bits of a swap entry's type.
 */
export const toy: ArchPlugin = defineArch({
  ...trackingSpec,
  id: 'toy',
  title: 'Toy with broadcast invalidation',
  capabilities: ['hwAccess', 'hwDirty', 'broadcastTlbi', 'softDirty', 'uffdWp'],
});
