import { type ArchPlugin, defineArch } from '@racewalk/core';
import { X86StyleOps } from './x86-style/ops.js';
import { X86_64_CAPABILITIES, x86StyleSpec } from './x86-style/spec.js';

/**
 * x86-64 with soft-dirty tracking: bit 11 of an entry says that the page was written since user space
 * last asked (`/proc/pid/clear_refs`). That is the kernel's bookkeeping for user space, beside the dirty
 * bit, which the hardware sets here as on any x86-64. `pte_mkdirty` sets both; `pte_mkclean` clears only
 * the dirty bit; a change of protection keeps the tracking bit.
 */
export const softDirtyX86_64: ArchPlugin = defineArch({
  ...x86StyleSpec({ softDirty: true }),
  id: 'soft-dirty-x86-64',
  title: 'x86-64 with soft-dirty tracking',
  capabilities: [...X86_64_CAPABILITIES, 'softDirty'],
  ops: (m) => new X86StyleOps(m),
  omits: [
    'soft-dirty of areas (VM_SOFTDIRTY) and of empty slots: only entries carry the mark',
    'stores of user code wait in no store buffer: only the operations of the kernel do',
    'IPI-less invalidation, lazy TLB mode, PCIDs; every CPU of the model is interrupted',
    'shadow stacks: the encoding R/W = 0 with D = 1 is reported, but means nothing to the walker',
    'supervisor access, protection keys, execution, nested paging',
  ],
});
