import { addrOf, type Ptep, type PteWord, type Vma } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import { __ptepGet, __ptepSetAccessFlagsNotlbi, type SetAccessFlags } from '../entry-ops.js';
import { pteValidCont } from '../values.js';
import { blockAround, blockRange, type Contpte } from './block.js';
import { contptePtepGet } from './gather.js';

/** One entry by itself, with the invalidation of a stale read-only translation. @kernel __ptep_set_access_flags */
function* __ptepSetAccessFlags(
  c: Contpte,
  vma: Vma,
  ptep: Ptep,
  entry: PteWord,
  dirty: boolean,
  set: SetAccessFlags,
  first?: PteWord,
): Step<boolean> {
  const changed = yield* set(c.m, ptep, entry, first);
  if (changed && dirty) yield* c.m.tlb.flushTlbPage(vma, addrOf(ptep.vpn));
  return changed;
}

/**
 * Make an entry more permissive. In a folded block the flags go to every entry, not only because any
 * may be walked: without hardware flags each of them would fault for itself. A change of the write
 * permission concerns one page, so it unfolds.
 *
 * @kernel contpte_ptep_set_access_flags
 */
export function* contptePtepSetAccessFlags(
  c: Contpte,
  vma: Vma,
  ptep: Ptep,
  wanted: PteWord,
  dirty: boolean,
  set: SetAccessFlags = __ptepSetAccessFlagsNotlbi,
): Step<boolean> {
  const { m } = c;
  const entry = m.v.pteMknoncont(wanted);
  const raw = yield* __ptepGet(m, ptep);
  if (!pteValidCont(raw)) return yield* __ptepSetAccessFlags(c, vma, ptep, entry, dirty, set, raw);
  // Compared with the flags of the whole block: `wanted` was made from them, too.
  const orig = m.v.pteMknoncont(yield* contptePtepGet(m, ptep, raw));
  if (orig === entry) return false;
  if (m.v.pteWrite(orig) !== m.v.pteWrite(entry)) {
    yield* c.convert(m, ptep, orig);
    yield* __ptepSetAccessFlags(c, vma, ptep, entry, dirty, set);
    return true;
  }
  // Only the flags of `entry` are used, so its frame does not matter to the siblings.
  for (const p of blockAround(m, ptep)) yield* set(m, p, entry);
  if (dirty) {
    const { start, end } = blockRange(m, ptep);
    yield* m.tlb.flushTlbRange(vma, start, end);
  }
  return true;
}
