import { type ArchPlugin, defineArch, GenericPmdOps, HARDWARE_FILLED_TLB } from '@racewalk/core';
import { swDirtyLayout } from './layout.js';
import { malformed, swDirtyValues, swDirtyWalker } from './values.js';

/**
 * Hardware sets the access flag, software sets dirty.
 *
 * Every operation has its generic body. A body that reads and then writes may take back an access flag
 * which the hardware set in between; the page then looks idle for a while, and nothing else happens.
 * Dirty cannot be lost that way: it is only ever set under the page-table lock.
 */
export const swDirty: ArchPlugin = defineArch({
  id: 'sw-dirty',
  title: 'hardware access flag, dirty by faults (64-bit Arm descriptors, HA = 1, HD = 0)',
  capabilities: [
    ...HARDWARE_FILLED_TLB,
    'spaceTags',
    'hwAccess',
    'broadcastTlbi',
    'uffdWp',
    'pudLeaf',
    'hugePfnmap',
    'thpMigration',
    'devmap',
  ],
  memory: 'weak',
  layout: swDirtyLayout,
  values: swDirtyValues,
  walker: swDirtyWalker,
  malformed,
  pmdOps: (m, level) => new GenericPmdOps(m, level),
  omits: [
    'the atomic bodies Linux has on this hardware: the generic ones are used, which may lose an access flag',
    'contiguous blocks; for those see arm64-contpte-sw',
    'access flags set speculatively or by an access that takes a permission fault',
    'stage 2 translation, access from EL1, execute permissions',
  ],
});
