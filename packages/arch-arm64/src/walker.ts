/**
 * The stage 1 walker at level 3, for an unprivileged access unless said otherwise. (Arm ARM DDI 0487 D8.2, D8.4, D8.5.)
 */
import {
  type AccessKind,
  type HardwareWalker,
  type PteWord,
  pteAll,
  pteAndNot,
  pteAny,
  pteOr,
  type WalkResult,
} from '@racewalk/core';
import { PTE } from './layout.js';

const PAGE = pteOr(PTE.VALID, PTE.TYPE);

/** What the hardware updates by itself. */
export interface Hafdbs {
  /** TCR_EL1.HA: it sets the access flag. */
  readonly ha: boolean;
  /** TCR_EL1.HD: it clears AP[2] where DBM is set. Without HA this has no effect. */
  readonly hd: boolean;
  /**
   * Accesses are those of EL1, without PAN: AP[1] does not count. Default: of EL0. (Arm ARM DDI 0487 D8.4.1.)
   */
  readonly privileged?: boolean;
}

/** Walker of a CPU with these controls. */
export function arm64Walker({ ha, hd, privileged = false }: Hafdbs): HardwareWalker {
  const dirtyState = ha && hd;

  function walk(entry: PteWord, access: AccessKind): WalkResult {
    if (!pteAll(entry, PAGE)) return { ok: false, fault: 'translation' };
    // An access flag fault comes before a permission fault.
    if (!ha && !pteAny(entry, PTE.AF)) return { ok: false, fault: 'access-flag' };
    if (!privileged && !pteAny(entry, PTE.USER)) return { ok: false, fault: 'permission' };
    const refused = access === 'store' && pteAny(entry, PTE.RDONLY);
    if (refused && !(dirtyState && pteAny(entry, PTE.WRITE))) {
      // The hardware may set AF here or leave it; it is left.
      return { ok: false, fault: 'permission' };
    }
    const young = pteOr(entry, PTE.AF);
    const updated = refused ? pteAndNot(young, PTE.RDONLY) : young;
    // With AF = 1 from here on: an entry with AF = 0 is never cached.
    return { ok: true, entry: updated, cached: updated };
  }

  return Object.freeze({
    walk,
    // A store through a cached entry with AP[2] set compares with memory first, that is, walks.
    permits: (cached: PteWord, access: AccessKind) => access === 'load' || !pteAny(cached, PTE.RDONLY),
  });
}
