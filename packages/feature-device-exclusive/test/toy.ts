/** Two small architectures: one whose hardware keeps the flags, one whose fault handler does. */

import { X86StyleOps, x86StyleSpec } from '@racewalk/arch-x86';
import { type ArchPlugin, bit, defineArch } from '@racewalk/core';

export { faultingToy as flat } from '@racewalk/conformance/toys';

const spec = x86StyleSpec({ softDirty: true });

/**
 * Hardware sets young and dirty; an invalidation is issued, and waited for apart. As on arm64 the access flag
 * is one of the bits of a swap entry's type.
 */
export const toy: ArchPlugin = defineArch({
  ...spec,
  layout: {
    ...spec.layout,
    swap: { ...spec.layout.swap, type: [3, 7], offset: [12, 61], offsetInverted: false, exclusive: bit(9) },
  },
  memory: 'sc',
  id: 'toy',
  title: 'Toy with broadcast invalidation',
  capabilities: ['hwAccess', 'hwDirty', 'broadcastTlbi', 'softDirty', 'uffdWp'],
  ops: (m) => new X86StyleOps(m),
  omits: ['everything but what these tests need'],
});
