/** How the hardware and the observers read an entry of any level. */

import {
  type AccessKind,
  type ArchPlugin,
  hasLeafBits,
  hex,
  leafForm,
  type Ptep,
  type PteWord,
  pageForm,
  type UpperLevel,
  type WalkResult,
} from '@racewalk/core';
import type { MemoWalker } from '../world/memo-walker.js';
import { describePte } from './describe.js';

/** What a walk needs to know of the world. */
interface Walks {
  readonly arch: ArchPlugin;
  readonly walker: Pick<MemoWalker, 'walk'>;
}

/**
 * Walk through an entry. A leaf above the leaf tables permits and records what the page entry with the
 * same bits does; the TLB holds it in that form. Entries that lead to a table translate nothing here:
 * a race has either the huge page or the leaf table.
 */
export function walkEntry(w: Walks, ptep: Ptep, entry: PteWord, access: AccessKind): WalkResult {
  if (ptep.table.level === undefined) return w.walker.walk(entry, access);
  const { layout } = w.arch;
  if (!hasLeafBits(layout, entry)) return { ok: false, fault: 'translation' };
  const result = w.walker.walk(pageForm(layout, entry), access);
  return result.ok ? { ...result, entry: leafForm(layout, result.entry) } : result;
}

/** An entry in words; one above the leaf tables may lead to a table. */
export function describeEntry(arch: ArchPlugin, level: UpperLevel | undefined, entry: PteWord): string {
  const leads = level !== undefined && !arch.pmd.pmdBad(entry);
  return leads ? `table ${hex(arch.pmd.pmdPfn(entry))}` : describePte(arch, entry);
}

/** Why the entry at `ptep` must not have this value, or null. */
export function malformedAt(w: Pick<Walks, 'arch'>, ptep: Ptep, pte: PteWord): string | null {
  const { malformed, layout, values } = w.arch;
  if (malformed === undefined) return null;
  if (ptep.table.level === undefined) return malformed(pte);
  // An invalidated leaf keeps its flags, whatever the same flags mean in a swap entry.
  return values.pteValid(pte) && hasLeafBits(layout, pte) ? malformed(pageForm(layout, pte)) : null;
}
