import type { Step } from '@racewalk/core/step';
import { type AgentSpec, type Machine, REASONS, type Scenario, type World } from '@racewalk/machine';
import { defineScenario, linux } from '@racewalk/mm';
import { user } from '../agents/user.js';
import { addrAt, entryAt, locked, type Mapping, pagesIn, rangeOf } from '../setup.js';

/** Half of the block maps `folio`, the other half the folio that follows it in memory. */
function setup(w: World): Mapping {
  const pages = pagesIn(w);
  const vma = w.vma({ pages });
  const { entries } = vma.table;
  const half = pages >> 1;
  // The last page is not mapped yet.
  const mapped = pages - half - 1;
  const folio = linux(w).folio({ pages: half });
  const next = linux(w).folio({ name: 'next', pages: pages - half, mapcount: mapped });
  linux(w).mapFolio(vma, folio, {});
  linux(w).mapFolio(vma, next, { at: half, pages: mapped });
  return { vma, folio, entries };
}

/** Map the last page, which completes the block. */
const mapLast = (m: Machine, s: Mapping): Step<void> =>
  locked(m, s, function* () {
    const i = s.entries.length - 1;
    const before = yield* m.pte.ptepGet(entryAt(s, i - 1));
    const pte = m.v.pteAdvancePfn(m.v.pteMkclean(m.v.pteMknoncont(before)), 1);
    yield* m.pte.setPteAt(s.vma.mm, addrAt(s, i), entryAt(s, i), pte);
  });

/** Give the contents of the first folio up. */
function* giveUp(m: Machine, s: Mapping): Step<void> {
  const half = s.folio.frames.length;
  yield* locked(m, s, () =>
    m.pte.clearYoungDirtyPtes(s.vma, addrAt(s, 0), entryAt(s, 0), half, { young: true, dirty: true }),
  );
  const { start, end } = rangeOf(s, 0, half);
  yield* m.tlb.flushTlbRange(s.vma, start, end);
}

const kernel: AgentSpec<Mapping> = {
  cpu: 0,
  role: 'kernel',
  note: 'maps a page, MADV_FREE of the first folio',
  *run(m, s) {
    yield* mapLast(m, s);
    yield* giveUp(m, s);
  },
};

/** The block is set as a whole, as if its pages were of one folio. */
const setsWhole = (m: Machine, s: Mapping): Step<void> =>
  locked(m, s, function* () {
    const [nr, { start, end }] = [s.entries.length, rangeOf(s)];
    const pte = yield* m.pte.getAndClearFullPtes(s.vma.mm, start, entryAt(s, 0), nr, false);
    yield* m.tlb.flushTlbRange(s.vma, start, end);
    yield* m.pte.setPtes(s.vma.mm, start, entryAt(s, 0), pte, nr);
  });

/** Seed 004: why all pages of a block must be of one folio. */
export const twoFolios: Scenario = defineScenario<Mapping>({
  id: 'contpte/two-folios',
  title: 'Two folios that would make a block, and MADV_FREE of one of them',
  source:
    'Transparent contiguous PTEs, v2, November 2023 (seed 004): all pages of a block must belong to the same folio, or its flags could not be tracked as a whole',
  about:
    "Two folios lie side by side in memory and are mapped side by side, aligned, with one protection. May they form one block? No. A block's access and dirty flags are those of all its pages, so clearing them for a part clears them for the whole. Here MADV_FREE clears the first folio, and a store to the second must survive. The fold requires one folio, so it leaves these entries single, and no store is lost. With the entries folded the store is lost.",
  invariants: ['DIRTY'],
  params: { block: 4 },
  setup,
  agents: { kernel, user: user({ pages: (n) => [n >> 1] }) },
  linux: { '6.12': 'upstream' },
  mutants: {
    'folded-across': {
      what: 'the block is folded although two folios share it',
      breaks: 'DIRTY',
      why: 'the flags of the whole block are cleared with those of the first folio',
      unless: REASONS.noBlocks,
      agents: {
        kernel: {
          ...kernel,
          *run(m, s) {
            yield* mapLast(m, s);
            yield* setsWhole(m, s);
            yield* giveUp(m, s);
          },
        },
      },
    },
  },
});
