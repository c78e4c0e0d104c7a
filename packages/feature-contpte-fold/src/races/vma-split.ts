import type { Vma } from '@racewalk/core';
import { type AgentSpec, nothing, type Patch, REASONS, type Scenario, type World } from '@racewalk/machine';
import { defineScenario } from '@racewalk/mm';
import { user } from '../agents/user.js';
import { foldedMapping, type Mapping } from '../setup.js';

/** One folded block, two areas. */
interface Split extends Mapping {
  /** The area from the middle of the block on. */
  readonly upper: Vma;
}

function setup(w: World): Split {
  const s = foldedMapping(w);
  const middle = s.entries.length >> 1;
  return { ...s, upper: { ...s.vma, start: s.vma.start + middle } };
}

/** `mprotect` of the second half: the area is split, which changes no entry, and then its half is. */
const mprotect: AgentSpec<Split> = {
  cpu: 0,
  role: 'kernel',
  note: 'upper half',
  *run(m, s) {
    yield* m.lock(s.vma.mm.mmapLock);
    yield* m.k.doMprotectPkey([s.upper], { read: true, write: false });
    yield* m.completes('unwritable', s.upper);
    yield* m.unlock(s.vma.mm.mmapLock);
  },
};

/** The entries are changed where they stand. */
const halfInPlace: Patch = {
  ptepModifyProtStart: (m, _vma, _addr, ptep) => m.pte.ptepGet(ptep),
  *ptepModifyProtCommit(m, _vma, _addr, ptep) {
    yield* m.entries.update(ptep, m.v.pteWrprotect);
  },
};

/** Seed 004 (i): a boundary of areas in the middle of a folded block. */
export const vmaSplit: Scenario = defineScenario<Split>({
  id: 'contpte/vma-split',
  title: 'A VMA is split inside a folded block, and one half is changed',
  source: 'Transparent contiguous PTEs, v2, November 2023 (seed 004), case 2 of the review',
  about:
    'mprotect, munmap and mlock may split an area in the middle of a folded block. Must the split unfold it? No: a block may stay folded under two areas, because all that matters is that one folio is mapped in one piece. The first change of an entry unfolds it. Here the boundary is in the middle, the upper half becomes read-only, and a CPU stores to either half. No store is lost, the lower half stays writable, and the upper half is read-only when the call is complete.',
  invariants: ['CONT', 'DIRTY', 'PERM'],
  params: { block: 4 },
  setup,
  agents: { mprotect, user: user() },
  linux: { '6.12': 'upstream' },
  mutants: {
    'half-in-place': {
      what: 'the entries of the half are changed while the block is folded',
      breaks: 'CONT',
      why: 'one block would have two protections, and the hardware may use either for any page',
      unless: REASONS.noBlocks,
      patch: halfInPlace,
    },
    'no-flush': {
      what: 'the half is changed and not invalidated',
      breaks: 'PERM',
      why: 'a TLB still permits stores after the call is complete',
      patch: { tlbFlush: nothing },
    },
  },
});
