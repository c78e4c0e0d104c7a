import type { Ptep, Vma } from '../ops/handles.js';
import type { PteWord } from '../pte/word.js';
import type { Step } from '../step/step.js';
import { addrOf } from '../units.js';
import { blockAround, blockRange, type Contpte, pteValidCont } from './block.js';
import { __ptepGet } from './entry.js';
import { contptePtepGet } from './gather.js';

/** One entry by itself, with the invalidation of a stale read-only translation. @kernel __ptep_set_access_flags */
function* __ptepSetAccessFlags(
  c: Contpte,
  vma: Vma,
  ptep: Ptep,
  entry: PteWord,
  dirty: boolean,
  first?: PteWord,
): Step<boolean> {
  const changed = yield* c.__ptepSetAccessFlagsNotlbi(ptep, entry, first);
  if (changed && dirty) yield* c.m.tlb.flushTlbPage(vma, addrOf(ptep.vpn));
  return changed;
}

/** Whether every entry of the block, as it stands, has the flags of `entry`. @kernel contpte_all_subptes_match_access_flags */
export function* contpteAllSubptesMatchAccessFlags(
  { m, flags }: Contpte,
  ptep: Ptep,
  entry: PteWord,
): Step<boolean> {
  for (const p of blockAround(m, ptep)) {
    if (!flags.same(yield* __ptepGet(m, p), entry)) return false;
  }
  return true;
}

/**
 * Make an entry more permissive. In a folded block the flags go to every entry, not only because any
 * may be walked: without hardware flags each of them would fault for itself. A change of the write
 * permission concerns one page, so it unfolds.
 *
 * `wanted` was made from the flags of the whole block, so a block may know all of it and the entry at `ptep` not.
 * A CPU is served by any entry, but a walker that takes each descriptor by itself, a device's, would fault again and
 * again: nothing is done only if every entry has the flags.
 *
 * @kernel contpte_ptep_set_access_flags (since 7.0-rc3, 97c5550b7631)
 */
export function* contptePtepSetAccessFlags(
  c: Contpte,
  vma: Vma,
  ptep: Ptep,
  wanted: PteWord,
  dirty: boolean,
): Step<boolean> {
  const { m } = c;
  const entry = m.v.pteMknoncont(wanted);
  const raw = yield* __ptepGet(m, ptep);
  if (!pteValidCont(m.v, raw)) return yield* __ptepSetAccessFlags(c, vma, ptep, entry, dirty, raw);
  if (yield* c.contpteAllSubptesMatchAccessFlags(ptep, entry)) return false;
  const orig = m.v.pteMknoncont(yield* contptePtepGet(m, ptep, raw));
  if (m.v.pteWrite(orig) !== m.v.pteWrite(entry)) {
    yield* c.contpteConvert(ptep, orig);
    yield* __ptepSetAccessFlags(c, vma, ptep, entry, dirty);
    return true;
  }
  // Only the flags of `entry` are used, so its frame does not matter to the siblings.
  for (const p of blockAround(m, ptep)) yield* c.__ptepSetAccessFlagsNotlbi(p, entry);
  if (dirty) {
    const { start, end } = blockRange(m, ptep);
    yield* m.tlb.flushTlbRange(vma, start, end);
  }
  return true;
}
