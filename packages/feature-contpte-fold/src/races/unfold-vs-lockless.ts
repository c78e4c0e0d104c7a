import { type AgentSpec, REASONS, type Scenario, type World } from '@racewalk/machine';
import { defineScenario, type Folio, linux, readsLockless } from '@racewalk/mm';
import { gatherUnchecked } from '../ops/naive.js';
import { addrAt, entryAt, foldedMapping, locked, type Mapping } from '../setup.js';

/** The page that is replaced. */
const PAGE = 1;

/** A block, and the page that takes the place of one of its pages. */
interface Replaced extends Mapping {
  readonly other: Folio;
}

function setup(w: World): Replaced {
  const s = foldedMapping(w, { young: true });
  return { ...s, other: linux(w).folio({ name: 'other', pages: 1, refcount: 1, mapcount: 0 }) };
}

/** Takes one page out of the block and maps another there, written to already. */
const replace: AgentSpec<Replaced> = {
  cpu: 0,
  role: 'kernel',
  note: 'replaces a page, holds ptl',
  *run(m, s) {
    yield* locked(m, s, function* () {
      yield* m.pte.ptepClearFlush(s.vma, addrAt(s, PAGE), entryAt(s, PAGE));
      const pte = m.v.pfnPte(s.other.frames[0]!.pfn, m.v.mkProt(s.vma.prot));
      const written = m.v.pteMkdirty(m.v.pteMkyoung(m.v.pteMkwrite(pte)));
      yield* m.pte.setPteAt(s.vma.mm, addrAt(s, PAGE), entryAt(s, PAGE), written);
    });
  },
};

/** `gup_fast` of a page that stays. */
const reader: AgentSpec<Replaced> = {
  cpu: 2,
  role: 'kernel',
  note: 'lockless reader',
  *run(m, s) {
    yield* readsLockless(m, entryAt(s, 0));
  },
};

/** Seed 004 (g): a reader without the lock while the block dissolves under it. */
export const unfoldVsLockless: Scenario = defineScenario<Replaced>({
  id: 'contpte/unfold-vs-lockless',
  title: 'A lockless reader meets a block that is unfolded for the change of one page',
  source:
    'Transparent contiguous PTEs, v2, November 2023 (seed 004): contpte_ptep_get_lockless() and contpte_try_unfold()',
  about:
    'A reader without the lock has read its entry, which is part of a block, and reads the other entries to collect their flags. Meanwhile one page of the block is replaced. Its own page stays mapped, but a foreign, dirty page now stands next to it. Does the reader report its own page as dirty? Only if it trusts its first read. The machine tries every point at which the block can be unfolded. Checking each sibling is enough: an entry without the mark is not part of the block.',
  invariants: ['TORN'],
  params: { block: 4 },
  setup,
  agents: { replace, reader },
  linux: { '6.12': 'upstream' },
  mutants: {
    'gather-unchecked': {
      what: 'the reader adds up flags without looking whether the entries still belong together',
      breaks: 'TORN',
      why: 'the sibling was part of the block at the first look and maps another folio at the second',
      unless: REASONS.noBlocks,
      patch: gatherUnchecked,
    },
  },
});
