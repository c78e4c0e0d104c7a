import type { Ptep, Vma } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import { type AgentSpec, type Machine, REASONS, type Scenario, type World } from '@racewalk/machine';
import { defineScenario } from '@racewalk/mm';
import { user } from '../agents/user.js';
import { addrAt, foldedMapping, locked, type Mapping, rangeOf } from '../setup.js';

/** One folded block, two areas. */
interface Split extends Mapping {
  /** The area from the middle of the block on. */
  readonly upper: Vma;
  /** Index of its first entry. */
  readonly middle: number;
}

function setup(w: World): Split {
  const s = foldedMapping(w);
  const middle = s.entries.length >> 1;
  return { ...s, middle, upper: { ...s.vma, start: s.vma.start + middle } };
}

/** Makes one entry read-only. */
type Protect = (m: Machine, s: Split, ptep: Ptep) => Step<void>;

const protectEntry: Protect = function* (m, s, ptep) {
  const addr = addrAt(s, ptep.index);
  const old = yield* m.pte.ptepModifyProtStart(s.upper, addr, ptep);
  const now = m.v.pteModify(old, m.v.mkProt({ read: true, write: false }));
  yield* m.pte.ptepModifyProtCommit(s.upper, addr, ptep, old, now);
};

const protectInPlace: Protect = function* (m, _s, ptep) {
  yield* m.entries.update(ptep, m.v.pteWrprotect, 'ptep_modify_prot');
};

/** `mprotect` of the second half: the area is split, which changes no entry, and then its half is. */
const mprotect = (protect: Protect, flush = true): AgentSpec<Split> => ({
  cpu: 0,
  role: 'kernel',
  note: 'upper half',
  *run(m, s) {
    yield* m.lock(s.vma.mm.mmapLock);
    yield* locked(m, s, function* () {
      for (const ptep of s.entries.slice(s.middle)) yield* protect(m, s, ptep);
    });
    const { start, end } = rangeOf(s, s.middle);
    if (flush) yield* m.tlb.flushTlbRange(s.upper, start, end);
    yield* m.completes('read-only', s.upper);
    yield* m.unlock(s.vma.mm.mmapLock);
  },
});

/** Seed 004 (i): a boundary of areas in the middle of a folded block. */
export const vmaSplit: Scenario = defineScenario<Split>({
  id: 'contpte/vma-split',
  title: 'A VMA is split inside a folded block, and one half is changed',
  source: 'Transparent contiguous PTEs, v2, November 2023 (seed 004), case 2 of the review',
  about:
    'mprotect, munmap and mlock split areas wherever they are told to, also in the middle of a folded block. Must the split unfold it? The answer was no: the block stays folded under two areas, and that is safe, because all that counts is that one folio is mapped in one piece. It is the first change of an entry that unfolds. Here the boundary lies in the middle, the upper half becomes read-only, and a CPU stores to either half at any time. The machine agrees with the answer: no store is lost, the lower half stays writable, the upper is read-only once the call is complete.',
  invariants: ['CONT', 'DIRTY', 'PERM'],
  params: { block: 4 },
  setup,
  agents: { mprotect: mprotect(protectEntry), user: user() },
  mutants: {
    'half-in-place': {
      what: 'the entries of the half are changed while the block is folded',
      breaks: 'CONT',
      why: 'one block would have two protections, and the hardware may use either for any page',
      unless: REASONS.noBlocks,
      agents: { mprotect: mprotect(protectInPlace) },
    },
    'no-flush': {
      what: 'the half is changed and not invalidated',
      breaks: 'PERM',
      why: 'a TLB still permits stores after the call is complete',
      agents: { mprotect: mprotect(protectEntry, false) },
    },
  },
});
