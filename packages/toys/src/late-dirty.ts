/**
 * Hypothetical architectures whose TLB keeps dirty state to itself and tells memory when it gives a
 * translation up. They show which assumption an operation depends on; no race is expected to hold.
 */

import { type ArchPlugin, defineArch, type PteWord } from '@racewalk/core';
import { flatSpec } from './flat.js';

function lateToy(id: string, title: string, atomic: boolean): ArchPlugin {
  const v = flatSpec.values;
  const maps = (entry: PteWord, cached: PteWord) => v.pteValid(entry) && v.ptePfn(entry) === v.ptePfn(cached);
  return defineArch({
    ...flatSpec,
    id,
    title,
    capabilities: ['walkCaches', 'hwAccess', 'hwDirty', 'ipiFlush', 'faultDropsTlb', 'staleRefusals'],
    walker: {
      walk(entry, access) {
        const result = flatSpec.walker.walk(entry, access);
        // The TLB has the translation as dirty, memory as it was.
        return result.ok ? { ...result, entry: v.pteMkyoung(entry) } : result;
      },
      permits: flatSpec.walker.permits,
      late: {
        atomic,
        writeBack: (entry, cached) =>
          v.pteDirty(cached) && maps(entry, cached) ? v.pteMkdirty(entry) : entry,
      },
    },
    omits: ['any resemblance to hardware'],
  });
}

/** Late, but in one step: the write-back looks at the entry as it is then. */
export const lateDirty: ArchPlugin = lateToy('late-dirty', 'Toy whose TLB writes dirty back late', true);

/** Late, by a read and a write: changes of the entry in between are overwritten. */
export const lateDirtyTorn: ArchPlugin = lateToy(
  'late-dirty-torn',
  'Toy whose TLB writes dirty back late, by a read and a write',
  false,
);
