/**
 * A walker that remembers its results: `walk` runs in the hot path, is pure, and has few arguments.
 */

import type { AccessKind, HardwareWalker, PteWord, WalkResult } from '@racewalk/core';

/** The walker of an architecture, without allocation after the first call for each entry. */
export interface MemoWalker {
  /** As `HardwareWalker.walk`. */
  walk(entry: PteWord, access: AccessKind): WalkResult;
  /** As `HardwareWalker.permits`; what is cached of an entry that was not valid permits nothing. */
  permits(cached: PteWord, access: AccessKind): boolean;
  readonly late: HardwareWalker['late'];
}

/** Wrap a walker; `valid` is `pte_valid` of the same architecture. */
export function memoWalker(walker: HardwareWalker, valid: (pte: PteWord) => boolean): MemoWalker {
  const loads: WalkResult[] = [];
  const stores: WalkResult[] = [];
  return {
    walk(entry, access) {
      const table = access === 'store' ? stores : loads;
      let result = table[entry.id];
      if (result === undefined) {
        result = Object.freeze(walker.walk(entry, access));
        table[entry.id] = result;
      }
      return result;
    },
    permits: (cached, access) => valid(cached) && walker.permits(cached, access),
    late: walker.late,
  };
}
