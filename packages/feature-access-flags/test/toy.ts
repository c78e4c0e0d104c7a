/** Two small architectures: hardware flags and broadcast invalidation, and the x86 way. */
import { type ArchPlugin, defineArch, GenericPteOps, X86StyleOps, x86StyleSpec } from '@racewalk/core';

/** Hardware sets young and dirty; an invalidation is issued, and waited for apart. */
export const toy: ArchPlugin = defineArch({
  ...x86StyleSpec(),
  memory: 'sc',
  id: 'toy',
  title: 'Toy with broadcast invalidation',
  capabilities: ['hwAccess', 'hwDirty', 'broadcastTlbi'],
  ops: (m) => new X86StyleOps(m),
  omits: ['everything but what these tests need'],
});

/** Nothing is set by hardware in the eyes of the kernel, and a fault drops the translation it came from. */
export const flat: ArchPlugin = defineArch({
  ...x86StyleSpec(),
  id: 'flat',
  title: 'Toy without hardware flags',
  capabilities: ['ipiFlush', 'faultDropsTlb'],
  ops: (m) => new GenericPteOps(m),
  omits: ['everything but what these tests need'],
});
