/** The walker of an architecture that keeps each fact in one bit. */
import { type PteWord, pteAll, pteAny, pteOr } from '../pte/word.js';
import type { AccessKind, HardwareWalker, WalkResult } from './walker.js';

/** Bits the walker looks at, and which of them it sets by itself. */
export interface SingleBitWalkerSpec {
  /** All of them must be set, or the entry does not translate. */
  readonly valid: PteWord;
  /** All of them must be set for user code to have access. */
  readonly user: PteWord;
  /** Must be set for a store. */
  readonly write: PteWord;
  readonly young: PteWord;
  readonly dirty: PteWord;
  /** Sets `young` at an access; if false an access through an old entry faults. */
  readonly setsYoung: boolean;
  /** Sets `dirty` at a store; if false a store through a clean entry faults. */
  readonly setsDirty: boolean;
}

/** A walker that re-reads the entry, checks it and updates it in one indivisible step. */
export function singleBitWalker(s: SingleBitWalkerSpec): HardwareWalker {
  function walk(entry: PteWord, access: AccessKind): WalkResult {
    if (!pteAll(entry, s.valid)) return { ok: false, fault: 'translation' };
    if (!pteAll(entry, s.user)) return { ok: false, fault: 'permission' };
    if (access === 'store' && !pteAny(entry, s.write)) return { ok: false, fault: 'permission' };
    if (!pteAny(entry, s.young) && !s.setsYoung) return { ok: false, fault: 'access-flag' };
    if (access === 'store' && !pteAny(entry, s.dirty) && !s.setsDirty) {
      return { ok: false, fault: 'permission' };
    }
    const young = pteOr(entry, s.young);
    const updated = access === 'store' ? pteOr(young, s.dirty) : young;
    return { ok: true, entry: updated, cached: updated };
  }
  return Object.freeze({
    walk,
    permits: (cached: PteWord, access: AccessKind) =>
      access === 'load' || (pteAny(cached, s.write) && pteAny(cached, s.dirty)),
  });
}
