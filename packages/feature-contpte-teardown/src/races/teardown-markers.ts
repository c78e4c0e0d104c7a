import { choose } from '@racewalk/core/step';
import { type AgentSpec, REASONS, type Scenario } from '@racewalk/machine';
import { defineScenario, readsLockless } from '@racewalk/mm';
import { clearEntry } from '../agents/teardown.js';
import { addrAt, type Block, mapBlock } from '../block.js';
import { dirtyLookingSwap, noAliases, poisonMarker } from '../ops/aliases.js';
import { gatherUnchecked } from '../ops/naive-readers.js';

/** Clears the block and leaves something in each place that is not empty and maps nothing. */
const replace: AgentSpec<Block> = {
  cpu: 0,
  role: 'kernel',
  note: 'leaves markers, holds ptl',
  *run(m, s) {
    const marker = poisonMarker(m.arch);
    const kinds = [marker, dirtyLookingSwap(m.arch) ?? marker];
    const show = (o: { readonly result: number }) => (o.result === 0 ? '→ marker' : '→ swap entry');
    const left = kinds[yield* choose(kinds.length, 'what is left behind', show)] ?? marker;
    yield* m.pteOffsetMapLock(s.vma.table);
    for (const [i, ptep] of s.entries.entries()) {
      yield* m.pte.ptepGet(ptep);
      yield* clearEntry(m, s, i);
      yield* m.pte.setPteAt(s.vma.mm, addrAt(ptep), ptep, left);
    }
    yield* m.pteUnmapUnlock(s.vma.table);
    yield* m.tlb.flushTlbMm(s.vma.mm);
  },
};

/** `gup_fast`: reads the last entry, the one that is valid longest, without the lock. */
const reader: AgentSpec<Block> = {
  cpu: 2,
  role: 'kernel',
  note: 'lockless reader',
  *run(m, s) {
    const ptep = s.entries.at(-1)!;
    yield* readsLockless(m, ptep);
  },
};

/** Seed 000 (d): a block of which some entries are markers already. */
export const teardownMarkers: Scenario = defineScenario<Block>({
  id: 'contpte/teardown-markers',
  title: 'Markers and swap entries set in cleared entries of a block that is still folded',
  source: 'ptep_get_and_clear_full() thread, 28 November 2023 (seed 000): the comment on markers',
  about:
    'Between the first and the last call the block is half cleared. Another thread may set a marker or a swap entry in an empty place. Its bits at the positions of young and dirty belong to a type or an offset. Do readers mistake them for flags? Not the readers of the proposal. Nobody uses a page here, so any young or dirty is wrong. Setting such an entry neither folds nor unfolds, because it is not valid. Readers must skip entries that are not valid: on arm64 every marker has the access-flag bit set.',
  invariants: ['ENC', 'TORN', 'CONT'],
  params: { block: 4 },
  setup: (w) => mapBlock(w, { young: false }),
  agents: { zap: replace, gup: reader },
  linux: { '6.7+contpte-v2': 'upstream' },
  mutants: {
    'gather-unchecked': {
      what: 'readers add up the flags of all entries of the block, valid or not',
      breaks: 'ENC',
      why: 'the bits of the marker or swap entry are read as access flag or dirty state',
      unless: (arch) => REASONS.noBlocks(arch) ?? noAliases(arch),
      patch: gatherUnchecked,
    },
  },
});
