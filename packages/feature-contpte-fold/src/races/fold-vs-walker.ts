import type { Ptep } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import { type AgentSpec, type Machine, type Patch, REASONS, type Scenario } from '@racewalk/machine';
import { defineScenario, linux } from '@racewalk/mm';
import { user } from '../agents/user.js';
import { convertFromLook, convertInPlace, type Mark, markFolded } from '../ops/convert.js';
import { addrAt, entryAt, locked, type Mapping, pagesIn } from '../setup.js';

/** `do_anonymous_page` for the last page of a block: all other pages of the folio are mapped. */
const mapLast: AgentSpec<Mapping> = {
  cpu: 0,
  role: 'kernel',
  note: 'maps the last page, holds ptl',
  *run(m, s) {
    yield* locked(m, s, function* () {
      const last = s.entries.length - 1;
      const before = yield* m.pte.ptepGet(entryAt(s, last - 1));
      const pte = m.v.pteAdvancePfn(m.v.pteMkclean(m.v.pteMknoncont(before)), 1);
      yield* m.pte.setPteAt(s.vma.mm, addrAt(s, last), entryAt(s, last), pte);
    });
  },
};

/** The entry that completes the block is set, and the block folded in another way than the architecture's. */
const foldedBy = (fold: (m: Machine, block: readonly Ptep[], mark: Mark) => Step<void>): Patch => ({
  *setPteAt(m, _mm, _addr, ptep, pte) {
    yield* m.entries.writeOnce(ptep, pte);
    yield* fold(m, ptep.table.entries, markFolded);
  },
});

/** Seed 004 (g): the last page of a folio is mapped, and the block around it is folded. */
export const foldVsWalker: Scenario = defineScenario<Mapping>({
  id: 'contpte/fold-vs-walker',
  title: 'A block is folded while other CPUs store to its pages',
  source: 'Transparent contiguous PTEs, v2, November 2023 (seed 004): contpte_try_fold()',
  about:
    'When the last page of a suitable folio is mapped, the kernel folds its entries into one contiguous block. They are live: other CPUs hold translations and the hardware sets flags. Is any store lost? No: the fold as written passes. The architecture requires break before make: empty all entries, invalidate, then set the new entries, so that no TLB holds two sizes for one address. A store in between must fault, wait for the lock, and then succeed. A store just before must keep its flag. Without blocks the test sets one entry next to live ones.',
  invariants: ['DIRTY', 'CONT'],
  params: { block: 4 },
  setup: (w) => {
    const pages = pagesIn(w);
    const vma = w.vma({ pages });
    // The last page is not mapped yet.
    const folio = linux(w).folio({ pages, mapcount: pages - 1 });
    linux(w).mapFolio(vma, folio, { pages: pages - 1 });
    return { vma, folio, entries: vma.table.entries };
  },
  agents: { fault: mapLast, user: user() },
  linux: { '6.12': 'upstream' },
  mutants: {
    'mark-in-place': {
      what: 'the contiguous mark is set in the live entries, one after the other',
      breaks: 'CONT',
      why: 'entries of one block differ in their mark while they can be walked, and nothing was invalidated',
      unless: REASONS.noBlocks,
      patch: foldedBy(convertInPlace),
      only: ['fault'],
    },
    'flags-from-a-look': {
      what: 'the entries are read first, then emptied with plain stores, and written back as they were read',
      breaks: 'DIRTY',
      why: 'the hardware sets dirty after the look, and the entry that says so is overwritten',
      unless: REASONS.softwareDirty,
      patch: foldedBy(convertFromLook),
      only: ['fault'],
    },
  },
});
