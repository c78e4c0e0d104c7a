/** Hardware of one system that differs: beside a walker that sets access and dirty state stands one that does not. */
import type { AccessKind, ArchPlugin, HardwareWalker, PteWord, WalkResult } from '@racewalk/core';

/**
 * The plug-in's walker without hardware updates: where it would set access or dirty state, this one faults, as an access flag fault
 * where the entry is old, else as a permission fault. For `AccessOptions.walker` of one CPU beside others. Of a plug-in whose walker sets
 * nothing it is the same.
 */
export function faultingWalker({ walker, values }: Pick<ArchPlugin, 'walker' | 'values'>): HardwareWalker {
  return Object.freeze({
    walk(entry: PteWord, access: AccessKind): WalkResult {
      const result = walker.walk(entry, access);
      if (!result.ok || values.pteSame(result.entry, entry)) return result;
      return { ok: false, fault: values.pteYoung(entry) ? 'permission' : 'access-flag' };
    },
    permits: (cached: PteWord, access: AccessKind) => walker.permits(cached, access),
  });
}
