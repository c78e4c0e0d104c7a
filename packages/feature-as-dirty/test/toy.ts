/** Small architectures: hardware keeps the flags, the fault handler does, or the kernel tracks soft-dirty. */

import { X86StyleOps, x86StyleSpec } from '@racewalk/arch-x86';
import { type ArchPlugin, defineArch } from '@racewalk/core';

export { addingToy as toy, faultingToy as flat } from '@racewalk/conformance/toys';

/** Hardware flags, and the kernel's tracking bit. */
export const tracking: ArchPlugin = defineArch({
  ...x86StyleSpec({ softDirty: true }),
  memory: 'sc',
  id: 'tracking',
  title: 'Toy with soft-dirty tracking',
  capabilities: ['hwAccess', 'hwDirty', 'ipiFlush', 'softDirty'],
  ops: (m) => new X86StyleOps(m),
  omits: ['everything but what these tests need'],
});
