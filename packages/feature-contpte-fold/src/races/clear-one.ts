import { PTE_ZERO } from '@racewalk/core';
import { choose } from '@racewalk/core/step';
import { type AgentSpec, nothing, type Patch, REASONS, type Scenario, UserCpu } from '@racewalk/machine';
import { defineScenario, freePage } from '@racewalk/mm';
import { user } from '../agents/user.js';
import { addrAt, entryAt, foldedMapping, frameAt, locked, type Mapping } from '../setup.js';

/** Not an end of the block, so both neighbours stay. */
const HOLE = 1;

/** Drops one page whose contents and flags nobody wants: clear, invalidate, free. */
const drop: AgentSpec<Mapping> = {
  cpu: 0,
  role: 'kernel',
  note: 'drops one page',
  *run(m, s) {
    const [addr, ptep] = [addrAt(s, HOLE), entryAt(s, HOLE)];
    yield* locked(m, s, () => m.pte.pteClear(s.vma.mm, addr, ptep));
    yield* m.tlb.flushTlbPage(s.vma, addr);
    yield* freePage(m, frameAt(s, HOLE));
  },
};

/** The rest of the block stays folded. */
const inPlace: Patch = { pteClear: (m, _mm, _addr, ptep) => m.entries.writeOnce(ptep, PTE_ZERO) };

/** Stores to a page that stays, or loads from the one that goes: what is stored to that one is thrown away. */
const either: AgentSpec<Mapping> = {
  cpu: 1,
  role: 'user',
  note: 'stores or loads',
  *run(m, s) {
    const cpu = new UserCpu(m, s.vma);
    const show = (o: { readonly result: number }) => (o.result === 0 ? '→ stores' : '→ loads');
    yield* (yield* choose(2, 'access', show)) === 0 ? cpu.store(0) : cpu.load(HOLE);
  },
};

/** Seed 004 (part 4): the operation that empties an entry and tells nobody what it said. */
export const clearOne: Scenario = defineScenario<Mapping>({
  id: 'contpte/clear-one',
  title: 'pte_clear() of one page of a folded block',
  source:
    'Transparent contiguous PTEs, v2, November 2023 (seed 004), part 4: pte_clear() manages the contiguous mark',
  about:
    "pte_clear() empties an entry whose old value the caller does not need. Must it unfold a folded block first? Yes. The entry's flags are not its own: a store to a page that stays may be recorded only there. And a walk through a neighbour translates the whole block, including the emptied entry. The unfold saves the flags, and the machine finds it right. If the entry is emptied in place, a neighbour's store is lost, and the page is reached after it was freed.",
  invariants: ['UAF', 'DIRTY', 'CONT'],
  params: { block: 4 },
  setup: (w) => foldedMapping(w),
  agents: { drop, user: either },
  linux: { '6.12': 'upstream' },
  mutants: {
    'in-place': {
      what: 'the entry is emptied and its address invalidated; the rest stays folded',
      breaks: 'UAF',
      why: 'a walk through a sibling gives the TLB an entry for the whole block, the freed page included',
      unless: REASONS.noBlocks,
      patch: inPlace,
      agents: { user: user({ pages: () => [HOLE], access: 'load' }) },
    },
    'in-place-flags': {
      what: 'the same, while a page that stays is written',
      breaks: 'UAF',
      why: 'a TLB still reads the block, with the page that goes, from the entry of the page that stays',
      unless: REASONS.noBlocks,
      patch: inPlace,
      agents: { user: user({ pages: () => [0] }) },
    },
    'no-flush': {
      what: 'the page is freed without an invalidation',
      breaks: 'UAF',
      why: 'a TLB still translates to the page when it goes back to the allocator',
      patch: { flushTlbPage: nothing },
      only: ['drop'],
    },
  },
});
