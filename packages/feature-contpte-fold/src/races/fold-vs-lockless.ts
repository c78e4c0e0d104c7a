import { type AgentSpec, REASONS, type Scenario, type World } from '@racewalk/machine';
import { defineScenario, type Folio, linux, readsLockless } from '@racewalk/mm';
import { gatherUnchecked } from '../ops/naive.js';
import { addrAt, entryAt, foldedMapping, locked, type Mapping, rangeOf } from '../setup.js';

/** A block, and the folio that takes its place. */
interface Replacement extends Mapping {
  readonly next: Folio;
}

function setup(w: World): Replacement {
  const s = foldedMapping(w, { young: true });
  return { ...s, next: linux(w).folio({ name: 'next', pages: s.entries.length, refcount: 1, mapcount: 0 }) };
}

/** Unmaps the block, then maps another folio page by page, written to already; the last page folds it. */
const remap: AgentSpec<Replacement> = {
  cpu: 0,
  role: 'kernel',
  note: 'remaps, holds ptl',
  *run(m, s) {
    const { mm } = s.vma;
    yield* locked(m, s, function* () {
      yield* m.pte.getAndClearFullPtes(mm, addrAt(s, 0), entryAt(s, 0), s.entries.length, false);
      const { start, end } = rangeOf(s);
      yield* m.tlb.flushTlbRange(s.vma, start, end);
      for (const [i, frame] of s.next.frames.entries()) {
        const pte = m.v.pfnPte(frame.pfn, m.v.mkProt(s.vma.prot));
        const written = m.v.pteMkdirty(m.v.pteMkyoung(m.v.pteMkwrite(pte)));
        yield* m.pte.setPteAt(mm, addrAt(s, i), entryAt(s, i), written);
      }
    });
  },
};

/** `gup_fast`: reads the entry of the last page without the lock. */
const reader: AgentSpec<Replacement> = {
  cpu: 2,
  role: 'kernel',
  note: 'lockless reader',
  *run(m, s) {
    const ptep = entryAt(s, s.entries.length - 1);
    yield* readsLockless(m, ptep);
  },
};

/** Seed 004 (g): a reader without the lock while a block comes into being under it. */
export const foldVsLockless: Scenario = defineScenario<Replacement>({
  id: 'contpte/fold-vs-lockless',
  title: 'A lockless reader meets a block that is folded for another folio',
  source:
    'Transparent contiguous PTEs, v2, November 2023 (seed 004): contpte_ptep_get_lockless() and contpte_try_fold()',
  about:
    "A reader without the lock must read every entry of a block, because any may hold its access and dirty flags. Meanwhile another CPU may unmap the block and fold a new folio in its place. Can the reader mix the two mappings? Yes, unless it checks: it would return the old frame with the new folio's flags, an entry that never existed. It must check that each entry still belongs to the same block, and restart if not. The machine tries every point from the break of the fold to its last entry.",
  invariants: ['TORN'],
  params: { block: 4 },
  setup,
  agents: { remap, reader },
  linux: { '6.12': 'upstream' },
  mutants: {
    'gather-unchecked': {
      what: 'the reader adds up flags without looking whether the entries still belong together',
      breaks: 'TORN',
      why: 'the frame is read before the change and the flags after it',
      unless: REASONS.noBlocks,
      patch: gatherUnchecked,
    },
  },
});
