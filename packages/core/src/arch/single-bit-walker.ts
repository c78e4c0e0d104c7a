/** The walker of an architecture that keeps each fact in one bit. */
import { RacewalkError } from '../errors.js';
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

/** The check that TypeScript makes at compile time, for plain JavaScript: no entry would have a missing bit. */
function checkParts(s: SingleBitWalkerSpec): void {
  const refuse = (name: string, expected: string): never => {
    const message = `singleBitWalker: ${name} is missing, or is something else`;
    throw new RacewalkError('RACEWALK_BAD_PLUGIN', message, { expected: `${name}: ${expected}` });
  };
  for (const name of ['valid', 'user', 'write', 'young', 'dirty'] as const) {
    const word = s[name] as Partial<PteWord> | undefined;
    if (typeof word?.lo !== 'number' || typeof word.hi !== 'number')
      refuse(name, 'a word, made with bit(n) or bits(lo, hi)');
  }
  for (const name of ['setsYoung', 'setsDirty'] as const)
    if (typeof s[name] !== 'boolean') refuse(name, 'true or false');
}

/**
 * A walker that re-reads the entry, checks it and updates it in one indivisible step. Throws
 * `RACEWALK_BAD_PLUGIN` if a bit is missing.
 */
export function singleBitWalker(s: SingleBitWalkerSpec): HardwareWalker {
  checkParts(s);
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
