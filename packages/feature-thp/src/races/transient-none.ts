import { addrOf } from '@racewalk/core';
import type { Scenario } from '@racewalk/machine';
import { defineScenario } from '@racewalk/mm';
import { type HugeArea, hugeArea } from '../setup.js';

/** Race B11. */
export const transientNone: Scenario = defineScenario<HugeArea>({
  id: 'thp/transient-none',
  title: 'A huge entry is empty for an instant, and MADV_DONTNEED looks just then',
  source:
    'change_huge_pmd() and zap_pmd_range(), Linux ced108037c2a (4.12), 58ceeb6bec86; again 024eee0e83f0 (5.2)',
  about:
    'A change of protection takes a huge entry out and writes another one back, under the lock. MADV_DONTNEED looks at the entry without it: what it finds empty it skips. Then its caller believes that the range is gone, and the old contents come back. So the entry must never be empty in between: it is invalid for the hardware and present for the kernel.',
  assumes: 'a huge page is mapped one level up, and the protocol of the check maps leaves only',
  invariants: ['MISS', 'UAF'],
  params: { pages: 2 },
  setup: (w) => hugeArea(w, true),
  agents: {
    protect: {
      cpu: 0,
      role: 'kernel',
      note: 'mprotect',
      *run(m, { vma, pmdp }) {
        if (yield* m.k.changeHugePmd(vma, pmdp, { read: true, write: false }))
          yield* m.tlb.flushTlbRange(vma, addrOf(vma.start), addrOf(vma.end));
      },
    },
    dontneed: {
      cpu: 1,
      role: 'kernel',
      note: 'MADV_DONTNEED',
      *run(m, { vma }) {
        const tlb = yield* m.k.tlbGatherMmu(vma.mm);
        yield* m.k.zapPmdRange(tlb, vma);
        yield* m.k.tlbFinishMmu(tlb);
      },
    },
  },
  finally(w, { pmdp }, view, faults) {
    const pmd = w.entryIn((cell) => view.get(cell), pmdp);
    if (!w.arch.pmd.pmdNone(pmd))
      faults.fail('MISS', `MADV_DONTNEED has returned, and ${pmdp.name} still maps the huge page`);
  },
  linux: { '6.12': 'upstream' },
  mutants: {
    'through-none': {
      what: 'the entry is exchanged for the empty one, and the changed one stored back',
      breaks: 'MISS',
      why: 'MADV_DONTNEED looks between the two',
      patch: { pmdpInvalidateAd: (m, vma, addr, pmdp) => m.pmd.pmdpHugeGetAndClear(vma.mm, addr, pmdp) },
      within: 'changeHugePmd',
    },
  },
});
