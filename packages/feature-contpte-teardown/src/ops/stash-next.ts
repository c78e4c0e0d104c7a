/**
 * The other form of the proposal, from the same thread: what a cleared entry knew moves to the next
 * entry upwards that is still valid, and from the top of the block to its bottom.
 */
import { blockOf, type Mm, PTE_ZERO, type Ptep, type PteWord, type Vaddr } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { Machine } from '@racewalk/machine';

/** The two decisions a mutant can get wrong. */
export interface StashOptions {
  /** Go on at the bottom of the block when its top is reached. Default true. */
  readonly wrap?: boolean;
  /** Add to the next entry by compare and exchange, not by a plain store. Default true. */
  readonly atomic?: boolean;
}

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
export function* getAndClearFullStashNext(
  m: Machine,
  mm: Mm,
  addr: Vaddr,
  ptep: Ptep,
  options: StashOptions = {},
): Step<PteWord> {
  if (m.contPtes === 1) return yield* m.pte.ptepGetAndClearFull(mm, addr, ptep, true);
  const seen = yield* m.entries.readOnce(ptep, OP);
  if (!m.v.pteValid(seen) || !m.v.pteCont(seen)) return yield* m.pte.ptepGetAndClear(mm, addr, ptep);

  // From here on no walk can start from this entry, so what it says is final.
  const orig = yield* m.entries.xchg(ptep, PTE_ZERO, OP);
  const others = upwardsFrom(m, ptep);
  if (m.v.pteDirty(orig) || m.v.pteYoung(orig)) {
    const reach = options.wrap === false ? others.filter((p) => p.vpn > ptep.vpn) : others;
    yield* stash(m, reach, orig, options.atomic !== false);
  }
  let value = orig;
  for (const p of others) {
    const pte = yield* m.entries.readOnce(p, OP);
    if (m.v.pteValid(pte)) value = withFlags(m, value, pte);
  }
  return value;
}

/** The other entries of the block, beginning above `ptep` and wrapping at the top. */
function upwardsFrom(m: Machine, ptep: Ptep): readonly Ptep[] {
  const block = blockOf(ptep, m.contPtes);
  const at = block.indexOf(ptep);
  return [...block.slice(at + 1), ...block.slice(0, at)];
}

/** Add the flags of `orig` to the first entry of `candidates` that is still valid, if there is one. */
function* stash(m: Machine, candidates: readonly Ptep[], orig: PteWord, atomic: boolean): Step<void> {
  for (const p of candidates) {
    let pte = yield* m.entries.readOnce(p, OP);
    if (!m.v.pteValid(pte)) continue;
    for (;;) {
      const wanted = withFlags(m, pte, orig);
      if (wanted === pte) return;
      if (!atomic) return yield* m.entries.writeOnce(p, wanted, OP);
      // The hardware may be setting flags of its own in this entry; only it can make this fail.
      const found = yield* m.entries.cmpxchg(p, pte, wanted, OP);
      if (found === pte) return;
      pte = found;
    }
  }
}
