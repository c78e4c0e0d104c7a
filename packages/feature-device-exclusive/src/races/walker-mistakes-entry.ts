import { addrOf, type PteWord } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { AgentSpec, ArchReason, Machine, Scenario } from '@racewalk/machine';
import { definePageVmaWalk, defineScenario, PVMW_SYNC } from '@racewalk/mm';
import { glance, user } from '../agents/user.js';
import { type Setup, setup } from '../setup.js';

/** Make an entry old that is young. */
function* makeOld(m: Machine, { vma, ptep }: Setup, pteval: PteWord): Step<void> {
  if (!m.v.pteYoung(pteval)) return;
  yield* m.pte.setPteAt(vma.mm, addrOf(ptep.vpn), ptep, m.v.pteMkold(pteval));
  if (m.v.ptePresent(pteval)) yield* m.tlb.flushTlbPage(vma, addrOf(ptep.vpn));
}

/** Ages the page through its reverse map. @kernel folio_referenced_one */
const aging: AgentSpec<Setup> = {
  cpu: 0,
  role: 'kernel',
  note: 'folio_referenced_one',
  *run(m, s) {
    const pvmw = definePageVmaWalk(s.page, s.vma, addrOf(s.ptep.vpn), PVMW_SYNC);
    while (yield* m.k.pageVmaMappedWalk(pvmw)) {
      // The walk stops at both: an entry that maps the page, and one that keeps its place.
      if (m.v.ptePresent(pvmw.pteval)) yield* makeOld(m, s, pvmw.pteval);
    }
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
  setup: (w) => setup(w, { has: 'entry' }),
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
      agents: {
        aging: {
          ...aging,
          *run(m, s) {
            const pvmw = definePageVmaWalk(s.page, s.vma, addrOf(s.ptep.vpn), PVMW_SYNC);
            while (yield* m.k.pageVmaMappedWalk(pvmw)) yield* makeOld(m, s, pvmw.pteval);
          },
        },
      },
    },
  },
});
