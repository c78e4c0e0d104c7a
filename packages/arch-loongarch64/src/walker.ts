/**
 * Who fills the TLB: exception handlers, or the hardware page table walker (HPTW, CPUCFG.2 bit 24).
 *
 * The handlers are software, and still count as a walker: they take no lock, and each changes the entry
 * by one `ll.d`/`sc.d` pair. (Manual 5.4.3 for the exceptions; `arch/loongarch/mm/tlbex.S` for what Linux
 * does in them.)
 */
import {
  type AccessKind,
  type HardwareWalker,
  type PteWord,
  pteAll,
  pteAny,
  pteOr,
  type WalkResult,
} from '@racewalk/core';
import { PTE } from './layout.js';

const ACCESSED_BY_STORE = pteOr(PTE.V, PTE.D);

/** Page privilege level and page non-readable exceptions, which no handler mends. */
const refuses = (pte: PteWord, access: AccessKind) =>
  !pteAll(pte, PTE.USER) || (access === 'load' && pteAny(pte, PTE.NR));

const filled = (pte: PteWord): WalkResult => ({ ok: true, entry: pte, cached: pte });

/** The TLB has V and D, but neither P nor W, so a store through a clean entry looks at memory again. */
const permits = (cached: PteWord, access: AccessKind) => access === 'load' || pteAny(cached, PTE.D);

/**
 * Refill takes the entry as it stands. V = 0 then is a page invalid exception, whose handler looks at P
 * and, for a store, at W; a store with D = 0 is a page modify exception, whose handler looks at W.
 */
function refill(entry: PteWord, access: AccessKind): WalkResult {
  const store = access === 'store';
  if (!pteAny(entry, PTE.V) && !pteAny(entry, PTE.P)) return { ok: false, fault: 'translation' };
  if (refuses(entry, access)) return { ok: false, fault: 'permission' };
  if (store && pteAll(entry, ACCESSED_BY_STORE)) return filled(entry);
  if (store && !pteAny(entry, PTE.W)) return { ok: false, fault: 'permission' };
  return filled(pteOr(entry, store ? pteOr(ACCESSED_BY_STORE, PTE.MODIFIED) : PTE.V));
}

/** HPTW: P and W decide, V and D are set, and MODIFIED is software's. */
function hptw(entry: PteWord, access: AccessKind): WalkResult {
  if (!pteAny(entry, PTE.P)) return { ok: false, fault: 'translation' };
  const unwritable = access === 'store' && !pteAny(entry, PTE.W);
  if (unwritable || refuses(entry, access)) return { ok: false, fault: 'permission' };
  return filled(pteOr(entry, access === 'store' ? ACCESSED_BY_STORE : PTE.V));
}

/** The exception handlers of Linux. */
export const refillWalker: HardwareWalker = Object.freeze({ walk: refill, permits });

/** The walker in hardware. */
export const hptwWalker: HardwareWalker = Object.freeze({ walk: hptw, permits });
