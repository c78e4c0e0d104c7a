/**
 * The other form of the proposal, from the same thread: what a cleared entry knew moves to the next
 * entry upwards that is still valid, and from the top of the block to its bottom.
 */
import { blockOf, type Mm, PTE_ZERO, type Ptep, type PteWord, type Vaddr } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { FunctionTable, Machine, Patch, World } from '@racewalk/machine';

const OP = 'ptep_get_and_clear_full';

/** `value` with dirty and young of `pte` added. */
function withFlags(m: Machine, value: PteWord, pte: PteWord): PteWord {
  const dirty = m.v.pteDirty(pte) ? m.v.pteMkdirty(value) : value;
  return m.v.pteYoung(pte) ? m.v.pteMkyoung(dirty) : dirty;
}

/**
 * Empty one entry of a folded block without unfolding it and return it with the flags of the whole
 * block. The caller holds the page-table lock and promises to empty every entry of the block before
 * it invalidates; the order is its own business.
 *
 * Where there are no blocks, and for an entry that is not part of one, this is a plain get-and-clear.
 */
export function* getAndClearFullStashNext(m: Machine, mm: Mm, addr: Vaddr, ptep: Ptep): Step<PteWord> {
  if (m.contPtes === 1) return yield* m.pte.ptepGetAndClear(mm, addr, ptep);
  const seen = yield* m.entries.readOnce(ptep, OP);
  if (!m.v.pteValid(seen) || !m.v.pteCont(seen)) return yield* m.pte.ptepGetAndClear(mm, addr, ptep);

  // From here on no walk can start from this entry, so what it says is final.
  const orig = yield* m.entries.xchg(ptep, PTE_ZERO, OP);
  if (m.v.pteDirty(orig) || m.v.pteYoung(orig)) yield* m.k.stashInNext(m.k.stashCandidates(ptep), orig);
  let value = orig;
  for (const p of upwardsFrom(m, ptep)) {
    const pte = yield* m.entries.readOnce(p, OP);
    if (m.v.pteValid(pte)) value = withFlags(m, value, pte);
  }
  return value;
}

/** The other entries of the block, beginning above `ptep` and wrapping at the top. */
export function upwardsFrom(m: Machine, ptep: Ptep): readonly Ptep[] {
  const block = blockOf(ptep, m.contPtes);
  const at = block.indexOf(ptep);
  return [...block.slice(at + 1), ...block.slice(0, at)];
}

/** Where the flags of an entry may go: all others, so that a caller may empty them in any order. */
export function stashCandidates(m: Machine, ptep: Ptep): readonly Ptep[] {
  return upwardsFrom(m, ptep);
}

/** Add the flags of `orig` to the first entry of `candidates` that is still valid, if there is one. */
export function* stashInNext(m: Machine, candidates: readonly Ptep[], orig: PteWord): Step<void> {
  for (const p of candidates) {
    const pte = yield* m.entries.readOnce(p, OP);
    if (m.v.pteValid(pte)) return yield* m.k.stash(p, pte, orig);
  }
}

/** Add the flags of `orig` to an entry that was read as `seen`. */
export function* stash(m: Machine, ptep: Ptep, seen: PteWord, orig: PteWord): Step<void> {
  let pte = seen;
  while (withFlags(m, pte, orig) !== pte) {
    // The hardware may be setting flags of its own in this entry; only it can make this fail.
    const found = yield* m.entries.cmpxchg(ptep, pte, withFlags(m, pte, orig), OP);
    if (found === pte) return;
    pte = found;
  }
}

/** The functions of the proposal, for `m.k`. */
export const STASH_NEXT = { stashCandidates, stashInNext, stash } as const;

type StashNextFunctions = typeof STASH_NEXT;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends StashNextFunctions {}
}

/** The operation in the place of the kernel's. */
export const STASHES_NEXT: Patch = {
  *ptepGetAndClearFull(m, mm, addr, ptep, full) {
    if (full && m.contPtes > 1) return yield* getAndClearFullStashNext(m, mm, addr, ptep);
    return yield* m.pte.ptepGetAndClearFull(mm, addr, ptep, full);
  },
};

/** The search ends at the top of the block. */
export const NO_WRAP: Patch = {
  stashCandidates: (m, ptep) => upwardsFrom(m, ptep).filter((p) => p.vpn > ptep.vpn),
};

/** Let the teardown stash upwards in this world. */
export function stashesNext(w: World): void {
  w.binder.add(STASH_NEXT);
  w.binder.replace(STASHES_NEXT as FunctionTable);
}
