import { ptepAdd, type Vma } from '@racewalk/core';
import { type Patch, REASONS, type Scenario, type World } from '@racewalk/machine';
import { defineScenario } from '@racewalk/mm';
import { fork, NO_FLUSH } from '../agents/fork.js';
import { writer } from '../agents/users.js';
import { type Fork, forkSetup } from '../setup.js';

/** A folded block, and areas that begin and end inside it. */
interface Part extends Fork {
  /** All of the block: the area that is copied, and its neighbours, which are not. */
  readonly whole: Vma;
}

function setup(w: World): Part {
  const s = forkSetup(w, { spares: { 1: 1 } });
  const narrow = (vma: Vma): Vma => ({ ...vma, start: vma.start + 1, end: vma.end - 1 });
  return { ...s, parent: narrow(s.parent), child: narrow(s.child), whole: s.parent };
}

/** The first page, which is not copied, and the second, which is. */
const user = writer<Part>(
  () => [0, 1],
  (s) => s.whole,
);

/** Changes entries where they stand, folded or not. */
const inPlace: Patch = {
  *wrprotectPtes(m, _mm, _addr, ptep, nr) {
    for (let i = 0; i < nr; i++)
      yield* m.entries.update(ptepAdd(ptep, i), m.v.pteWrprotect, 'wrprotect_ptes');
  },
};

/** Seed 004, part 13: a batch that begins and ends inside a block. */
export const partialEnds: Scenario = defineScenario<Part>({
  id: 'fork-batch/partial-ends',
  title: 'Fork copies part of a folded block',
  source:
    'Transparent contiguous PTEs, v2, November 2023 (seed 004), part 13: the blocks at the ends of ptep_set_wrprotects()',
  about:
    "A batch may begin or end inside a folded block: an area's boundary may lie there, and the next area may not be copied (MADV_DONTFORK). Must the block be unfolded? A fully covered block keeps its mark: until the invalidation either state of its entries is right. Half of a partly covered block stays writable, so it is unfolded first, by break before make, and a concurrent store must not be lost. The machine agrees: walks find a uniform block, no store is lost, and after fork nobody writes a page that the child shares.",
  invariants: ['CONT', 'DIRTY', 'OWN'],
  params: { block: 4 },
  setup,
  agents: { fork, user },
  linux: { '6.12': 'upstream' },
  mutants: {
    'no-unfold': {
      what: 'the covered entries are write-protected where they stand',
      breaks: 'CONT',
      why: 'one block would have two protections, and the hardware may use either for any page',
      unless: REASONS.noBlocks,
      patch: inPlace,
    },
    'no-flush': {
      ...NO_FLUSH,
      breaks: 'OWN',
      why: 'a TLB still lets the parent store to a page the child has, too',
    },
  },
});
