/**
 * The other form of the proposal, from the same thread: what a cleared entry knew moves to the next
 * entry upwards that is still valid, and from the top of the block to its bottom.
 */
import {
  blockOf,
  type EntryMachine,
  type Mm,
  PTE_ZERO,
  type Ptep,
  type PteWord,
  type Vaddr,
} from '@racewalk/core';
import { fence, type Step } from '@racewalk/core/step';
import type { FunctionTable, Patch, World } from '@racewalk/machine';

/** `value` with dirty and young of `pte` added. */
export function withFlags(m: EntryMachine, value: PteWord, pte: PteWord): PteWord {
  const dirty = m.v.pteDirty(pte) ? m.v.pteMkdirty(value) : value;
  return m.v.pteYoung(pte) ? m.v.pteMkyoung(dirty) : dirty;
}

/** Whether the entry is part of a block of more than itself. */
export function* isFolded(m: EntryMachine, ptep: Ptep): Step<boolean> {
  if (m.contPtes === 1) return false;
  const pte = yield* m.entries.readOnce(ptep);
  return m.v.pteValid(pte) && m.v.pteCont(pte);
}

/**
 * Empty one entry of a folded block without unfolding it and return it with the flags of the whole
 * block. The caller holds the page-table lock and promises to empty every entry of the block before
 * it invalidates; the order is its own business.
 *
 * Where there are no blocks, and for an entry that is not part of one, this is a plain get-and-clear.
 */
export function* getAndClearFullStashNext(m: EntryMachine, mm: Mm, addr: Vaddr, ptep: Ptep): Step<PteWord> {
  if (!(yield* isFolded(m, ptep))) return yield* m.pte.ptepGetAndClear(mm, addr, ptep);
  // From here on no walk can start from this entry, so what it says is final.
  const orig = yield* m.entries.xchg(ptep, PTE_ZERO);
  // Not in the proposal: an exchange that orders nothing lets the reads below come before others see this entry empty.
  yield* fence({ op: 'smp_mb' });
  const others = upwardsFrom(m, ptep);
  yield* stash(m, others, orig);
  return yield* withSiblings(m, others, orig);
}

/** The other entries of the block, beginning above `ptep` and wrapping at the top. */
export function upwardsFrom(m: EntryMachine, ptep: Ptep): readonly Ptep[] {
  const block = blockOf(ptep, m.contPtes);
  const at = block.indexOf(ptep);
  return [...block.slice(at + 1), ...block.slice(0, at)];
}

/** Add the flags of `orig`, if it has any, to the first entry of `candidates` that is still valid. */
export function* stash(m: EntryMachine, candidates: readonly Ptep[], orig: PteWord): Step<void> {
  if (!m.v.pteDirty(orig) && !m.v.pteYoung(orig)) return;
  for (const p of candidates) {
    let pte = yield* m.entries.readOnce(p);
    if (!m.v.pteValid(pte)) continue;
    while (withFlags(m, pte, orig) !== pte) {
      // The hardware may be setting flags of its own in this entry; only it can make this fail.
      const found = yield* m.entries.cmpxchg(p, pte, withFlags(m, pte, orig));
      if (found === pte) return;
      pte = found;
    }
    return;
  }
}

/** `orig` with what the other entries know. */
export function* withSiblings(m: EntryMachine, others: readonly Ptep[], orig: PteWord): Step<PteWord> {
  let value = orig;
  for (const p of others) {
    const pte = yield* m.entries.readOnce(p);
    if (m.v.pteValid(pte)) value = withFlags(m, value, pte);
  }
  return value;
}

/** The operation with a search that ends at the top of the block. */
export const NO_WRAP: Patch = {
  *ptepGetAndClearFull(m, mm, addr, ptep, full) {
    if (!full || !(yield* isFolded(m, ptep))) return yield* m.pte.ptepGetAndClearFull(mm, addr, ptep, full);
    const orig = yield* m.entries.xchg(ptep, PTE_ZERO);
    yield* fence({ op: 'smp_mb' });
    const others = upwardsFrom(m, ptep);
    yield* stash(
      m,
      others.filter((p) => p.vpn > ptep.vpn),
      orig,
    );
    return yield* withSiblings(m, others, orig);
  },
};

/** Let a teardown stash upwards in this world. */
export function stashesNext(w: World): void {
  const patch: Patch = {
    *ptepGetAndClearFull(m, mm, addr, ptep, full) {
      if (full && m.contPtes > 1) return yield* getAndClearFullStashNext(m, mm, addr, ptep);
      return yield* m.pte.ptepGetAndClearFull(mm, addr, ptep, full);
    },
  };
  w.binder.replace(patch as FunctionTable);
}
