/**
 * Access flag and dirty state of a folded block are those of its folio: clearing them for one entry
 * clears them for all, and nothing has to be unfolded.
 */
import type { EntryMachine } from '../ops/entry-machine.js';
import { type Ptep, ptepAdd, type Vma } from '../ops/handles.js';
import type { Cydp } from '../ops/pte-ops.js';
import type { Step } from '../step/step.js';
import { addrOf, PAGE_SIZE } from '../units.js';
import { blockAround, blockRange, pteValidCont } from './block.js';
import { __clearYoungDirtyPte, __ptepGet, __ptepTestAndClearYoung } from './entry.js';

/** Whether the entry is part of a folded block. */
function* folded(m: EntryMachine, ptep: Ptep): Step<boolean> {
  return pteValidCont(m.v, yield* __ptepGet(m, ptep));
}

/** Make the entry, or its block, old. @kernel contpte_ptep_test_and_clear_young */
export function* contptePtepTestAndClearYoung(m: EntryMachine, ptep: Ptep): Step<boolean> {
  if (!(yield* folded(m, ptep))) return yield* __ptepTestAndClearYoung(m, ptep);
  let young = false;
  for (const p of blockAround(m, ptep)) {
    if (yield* __ptepTestAndClearYoung(m, p)) young = true;
  }
  return young;
}

/**
 * The same with an invalidation nobody waits for: until it completes a CPU may use the page without
 * setting the flag again, and the worst that follows is that a page in use looks idle.
 *
 * @kernel contpte_ptep_clear_flush_young
 */
export function* contptePtepClearFlushYoung(m: EntryMachine, vma: Vma, ptep: Ptep): Step<boolean> {
  const block = yield* folded(m, ptep);
  const young = yield* contptePtepTestAndClearYoung(m, ptep);
  if (!young) return false;
  const page = addrOf(ptep.vpn);
  const { start, end } = block ? blockRange(m, ptep) : { start: page, end: page + PAGE_SIZE };
  yield* m.tlb.flushTlbRangeNosync(vma, start, end);
  return true;
}

/** Make a run of entries old, clean, or both; folded blocks at its ends whole. @kernel contpte_clear_young_dirty_ptes */
export function* contpteClearYoungDirtyPtes(
  m: EntryMachine,
  ptep: Ptep,
  nr: number,
  flags: Cydp,
): Step<void> {
  const lastPtep = ptepAdd(ptep, nr - 1);
  const last = (yield* folded(m, lastPtep)) ? (blockAround(m, lastPtep).at(-1) ?? lastPtep) : lastPtep;
  const first = (yield* folded(m, ptep)) ? (blockAround(m, ptep)[0] ?? ptep) : ptep;
  for (let i = first.index; i <= last.index; i++) {
    yield* __clearYoungDirtyPte(m, ptepAdd(first, i - first.index), flags);
  }
}
