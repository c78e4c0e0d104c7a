import { addrOf } from '@racewalk/core';
import type { AgentSpec, ArchReason, FunctionTable, Patch, Scenario } from '@racewalk/machine';
import { defineScenario } from '@racewalk/mm';
import { glance, user } from '../agents/user.js';
import { type Setup, setup } from '../setup.js';

/** Ages the page through its reverse map. */
const aging: AgentSpec<Setup> = {
  cpu: 0,
  role: 'kernel',
  note: 'folio_referenced_one',
  *run(m, { page, vma, ptep }) {
    yield* m.k.folioReferencedOne(page.folio, vma, addrOf(ptep.vpn));
  },
};

/** The branch: the walk stops at entries that map the page, and at those that keep its place. */
const PRESENT_ONLY: Patch = {
  *ptepClearFlushYoung(m, vma, addr, ptep) {
    const present = m.v.ptePresent(yield* m.pte.ptepGet(ptep));
    return present && (yield* m.pte.ptepClearFlushYoung(vma, addr, ptep));
  },
};

/** Why making such an entry old leaves it as it is. */
const agingHarmless: ArchReason = (arch) => {
  const { swap, values: v } = arch;
  const pte = swap.swpEntryToPte(swap.makeWritableDeviceExclusiveEntry(0x40));
  return v.pteYoung(pte) && v.pteMkold(pte) !== pte
    ? null
    : 'the bit of the access flag is not part of the type or the frame number of this entry';
};

/** Race F2: callbacks of the reverse map that expect a present entry. */
export const walkerMistakesEntry: Scenario = defineScenario<Setup>({
  id: 'device-exclusive/walker-mistakes-entry',
  title: 'A walk of the reverse map comes upon a device-exclusive entry',
  source:
    'check_pte() in "mm: Device exclusive memory access" v8, May 2021 (seed 002): page_vma_mapped_walk() returns these entries, too; rework of 6.15 (race F2)',
  about:
    'To find its own entries again, the series lets page_vma_mapped_walk() return them. Can its other callers handle that? They expect present entries and read young and dirty in words where these bits belong to a type or a frame number. So each caller needs a branch. Here the caller ages pages. Without the branch it clears a bit that it takes for the access flag. Where that bit belongs to the type, the entry now names a swap slot, and the page is lost. On other architectures the bit is unused, and the mistake stays unseen.',
  invariants: ['ENC'],
  params: { block: 4 },
  setup(w) {
    w.binder.replace(PRESENT_ONLY as FunctionTable, { within: 'folioReferencedOne' });
    return setup(w, { has: 'entry' });
  },
  agents: { aging, other: glance(2), user: user(1, ['load']) },
  finally: (w, { ptep, page }, view, faults) => {
    const { values: v, swap } = w.arch;
    const pte = w.entryIn((c) => view.get(c), ptep);
    if (v.ptePresent(pte) && v.ptePfn(pte) === page.pfn) return;
    const entry = swap.pteToSwpEntry(pte);
    if (swap.isSwapPte(pte) && swap.isDeviceExclusiveEntry(entry) && entry.offset === page.pfn) return;
    faults.fail('ENC', `${ptep.name} names type ${entry.type}, slot ${entry.offset}, which nobody put there`);
  },
  mutants: {
    'no-branch': {
      what: 'the callback takes whatever the walk returns for a present entry',
      breaks: 'ENC',
      why: 'it clears a bit of the type, and the entry means something else',
      unless: agingHarmless,
      patch: {
        ptepClearFlushYoung: (m, vma, addr, ptep) => m.pte.ptepClearFlushYoung(vma, addr, ptep),
      },
    },
  },
});
