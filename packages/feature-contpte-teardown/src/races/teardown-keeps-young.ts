import { blockOf, PTE_ZERO } from '@racewalk/core';
import { type Cell, choose, write } from '@racewalk/core/step';
import {
  type AgentSpec,
  type ArchReason,
  type Patch,
  REASONS,
  type Scenario,
  UserCpu,
  type World,
} from '@racewalk/machine';
import { defineScenario } from '@racewalk/mm';
import { clearEntry } from '../agents/teardown.js';
import { type Block, mapBlock, samplePages } from '../block.js';
import { withSiblings } from '../ops/stash-next.js';

/** A block that nobody has used yet, and who says that a page of it was. */
interface Aged extends Block {
  /** Per page: 1 once a load from it is complete. */
  readonly loaded: readonly Cell[];
  /** Per page: 1 once the teardown was told that the page was in use. @kernel mark_page_accessed */
  readonly accessed: readonly Cell[];
}

function setup(w: World): Aged {
  const s = mapBlock(w, { young: false });
  const perPage = (name: string) => s.entries.map((_, i) => w.word(`${name} ${i}`));
  return { ...s, loaded: perPage('loaded'), accessed: perPage('accessed') };
}

/** `zap_pte_range` of a process that goes away: looks at each entry, clears it, and passes its age on. */
const zap: AgentSpec<Aged> = {
  cpu: 0,
  role: 'kernel',
  note: 'holds ptl',
  *run(m, s) {
    yield* m.pteOffsetMapLock(s.vma.table);
    for (const [i, ptep] of s.entries.entries()) {
      if (!m.v.ptePresent(yield* m.pte.ptepGet(ptep))) continue;
      if (!m.v.pteYoung(yield* clearEntry(m, s, i))) continue;
      yield* write(s.accessed[i]!, 1, { op: 'mark_page_accessed', text: `page ${i}` });
    }
    yield* m.pteUnmapUnlock(s.vma.table);
    yield* m.tlb.flushTlbMm(s.vma.mm);
  },
};

/** Loads from one page and says so. */
const reader: AgentSpec<Aged> = {
  cpu: 1,
  role: 'user',
  note: 'loads',
  *run(m, s) {
    const pages = samplePages(s.entries.length);
    const show = (o: { readonly result: number }) => `→ ${pages[o.result]}`;
    const picked = pages.length > 1 ? yield* choose(pages.length, 'page to load', show) : 0;
    const page = pages[picked] ?? 0;
    const done = yield* new UserCpu(m, s.vma).load(page);
    if (done) yield* write(s.loaded[page]!, 1, 'says that it has loaded');
  },
};

/** The proposal with half of the stash: what is cleared tells the others of stores, and of nothing else. */
const stashesDirtyOnly: Patch = {
  *ptepGetAndClearFull(m, mm, addr, ptep, full) {
    if (m.contPtes === 1) return yield* m.pte.ptepGetAndClearFull(mm, addr, ptep, full);
    // Nobody stores here, so there is no dirty to stash.
    const others = blockOf(ptep, m.contPtes).filter((p) => p !== ptep);
    return yield* withSiblings(m, others, yield* m.entries.xchg(ptep, PTE_ZERO));
  },
};

/**
 * Clearing in two steps, which such hardware may do because it never sets dirty, forgets an access made in
 * between: nothing was promised, so there is nothing to hold.
 */
const clearsInTwoSteps: ArchReason = (arch) =>
  arch.has('hwAccess') && !arch.has('hwDirty')
    ? 'entries are cleared by a read and a store, which may take back an access flag; only dirty is promised'
    : null;

/** Seed 000: the other half of what a cleared entry knows. */
export const teardownKeepsYoung: Scenario = defineScenario<Aged>({
  id: 'contpte/teardown-keeps-young',
  title: 'Teardown of a folded block, with a look at each entry, while a page of it is read',
  source:
    'ptep_get_and_clear_full() thread, 28 November 2023 (seed 000): access as well as dirty is stashed, and callers look at each entry with ptep_get() between two calls',
  about:
    'A load sets the access flag in any entry of the block. Does the teardown, which asks each entry whether its page was in use, report it? A cleared entry must hand the flag, like dirty, to an entry still to be cleared. A lost flag costs one round of aging and no data, so no other race notices it. As in the kernel, the caller reads each entry with ptep_get() before it clears it, so both operations meet every state of the block. No load goes unreported; a stash of dirty alone misses some.',
  invariants: ['MISS'],
  params: { block: 4 },
  notApplicable: clearsInTwoSteps,
  setup,
  agents: { zap, reader },
  finally(_w, s, view, faults) {
    for (const [i, cell] of s.loaded.entries()) {
      if (view.get(cell) === 0 || view.get(s.accessed[i]!) === 1) continue;
      faults.fail('MISS', `page ${i} was read, and the teardown was told that it is old`);
    }
  },
  linux: { '6.7+contpte-v2': 'upstream' },
  mutants: {
    'stashes-dirty-only': {
      what: 'a cleared entry hands on dirty, but not the access flag',
      breaks: 'MISS',
      why: 'the hardware recorded the load in an entry that was cleared before the page itself was asked',
      unless: REASONS.noHardwareBlocks,
      patch: stashesDirtyOnly,
    },
  },
});
