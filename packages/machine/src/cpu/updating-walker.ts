/** Hardware of one system that differs, the other way round: a walker that sets access and dirty state, whatever the CPUs do. */
import type { AccessKind, ArchPlugin, HardwareWalker, PteWord, WalkResult } from '@racewalk/core';

/**
 * The plug-in's walker with updates: where that one would fault because an entry is old, or clean and may be written, this one sets what is
 * missing, as the plug-in's `pteMkyoung` and `pteMkdirty` do. For a device or a walker in software that does so beside CPUs that do not (SMMUv3
 * HTTU, VT-d and AMD-Vi with accessed and dirty enabled). Of a plug-in whose walker sets both it is the same.
 */
export function updatingWalker({ walker, values: v }: Pick<ArchPlugin, 'walker' | 'values'>): HardwareWalker {
  return Object.freeze({
    walk(entry: PteWord, access: AccessKind): WalkResult {
      const asIs = walker.walk(entry, access);
      if (asIs.ok || !v.pteValid(entry)) return asIs;
      const young = v.pteMkyoung(entry);
      const marked = access === 'store' && v.pteWrite(entry) ? v.pteMkdirty(young) : young;
      const result = walker.walk(marked, access);
      // What it lacks besides, no mark gives: then the first answer stands.
      return result.ok ? result : asIs;
    },
    permits: (cached: PteWord, access: AccessKind) => walker.permits(cached, access),
  });
}
