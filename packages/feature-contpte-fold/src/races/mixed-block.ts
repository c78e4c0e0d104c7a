import { PTE_ZERO } from '@racewalk/core';
import { type AgentSpec, type Patch, REASONS, type Scenario, type World } from '@racewalk/machine';
import { defineScenario, type Folio, freePage, linux } from '@racewalk/mm';
import { user } from '../agents/user.js';
import { addrAt, entryAt, foldedMapping, frameAt, locked, type Mapping } from '../setup.js';

/** The page that is copied. */
const PAGE = 1;

/** A write-protected block and the page for the copy. */
interface Cow extends Mapping {
  readonly copy: Folio;
}

function setup(w: World): Cow {
  return {
    ...foldedMapping(w, { write: false, young: true }),
    copy: linux(w).folio({ name: 'copy', pages: 1, refcount: 1, mapcount: 0 }),
  };
}

/** `wp_page_copy` of one page; the old page is given up afterwards. */
const cow: AgentSpec<Cow> = {
  cpu: 0,
  role: 'kernel',
  note: 'wp_page_copy',
  *run(m, s) {
    const [addr, ptep] = [addrAt(s, PAGE), entryAt(s, PAGE)];
    yield* locked(m, s, function* () {
      const pte = m.v.pfnPte(s.copy.frames[0]!.pfn, m.v.mkProt(s.vma.prot));
      yield* m.pte.ptepClearFlush(s.vma, addr, ptep);
      yield* m.pte.setPteAt(s.vma.mm, addr, ptep, m.v.pteMkdirty(m.v.pteMkyoung(m.v.pteMkwrite(pte))));
    });
    yield* freePage(m, frameAt(s, PAGE));
  },
};

/** The new entry takes the place of the old one, and the flush follows. */
const exchangeInPlace: Patch = {
  ptepClearFlush: (m, _vma, _addr, ptep) => m.pte.ptepGet(ptep),
  *setPteAt(m, _mm, addr, ptep, pte) {
    yield* m.entries.xchg(ptep, pte);
    yield* m.tlb.flushTlbPage(m.areaOf(ptep)!, addr);
  },
};

/** Break before make, for one entry. */
const breakOnlyOne: Patch = {
  *ptepClearFlush(m, vma, addr, ptep) {
    const pte = yield* m.entries.xchg(ptep, PTE_ZERO);
    yield* m.tlb.flushTlbPage(vma, addr);
    return pte;
  },
  setPteAt: (m, _mm, _addr, ptep, pte) => m.entries.writeOnce(ptep, pte),
};

/** Seed 004 (l): what the hardware would see if one entry went its own way. */
export const mixedBlock: Scenario = defineScenario<Cow>({
  id: 'contpte/mixed-block',
  title: 'One entry of a folded block gets another frame and other permissions',
  source:
    'Transparent contiguous PTEs, v2, November 2023 (seed 004): the rule all entries of a block have to follow; Arm ARM DDI 0487, the Contiguous bit',
  about:
    "All members of a block must map consecutive frames with the same permissions. What if one page changes alone, as copy-on-write does: one page gets another frame and becomes writable, its neighbours stay shared? The reviewer warned that a TLB may use any member's entry for all. The machine checks the block at every store by software: the block must be unfolded before one entry changes. Two mistakes break it: never emptying the entry, and break before make for one entry only.",
  invariants: ['CONT', 'UAF'],
  params: { block: 4 },
  setup,
  agents: { cow, user: user({ pages: () => [0, PAGE], access: 'load' }) },
  linux: { '6.12': 'upstream' },
  mutants: {
    'exchange-in-place': {
      what: 'the entry is exchanged while the block is folded',
      breaks: 'CONT',
      why: 'a live member of a block maps a frame that is not its own, without break before make',
      unless: REASONS.noBlocks,
      patch: exchangeInPlace,
      only: ['cow'],
    },
    'break-only-one': {
      what: 'the entry is emptied, invalidated and set, while its neighbours stay marked contiguous',
      breaks: 'CONT',
      why: 'the neighbours still say that the block is one, and the new entry is not part of it',
      unless: REASONS.noBlocks,
      patch: breakOnlyOne,
      only: ['cow'],
    },
  },
});
