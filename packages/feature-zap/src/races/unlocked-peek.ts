import { addrOf, type Ptep, type Vma } from '@racewalk/core';
import type { AgentSpec, Scenario, World } from '@racewalk/machine';
import { defineScenario, returns } from '@racewalk/mm';
import { slotOf, swapPte } from '../ops/swap.js';
import { wholeEntries } from '../reasons.js';

interface Peek {
  readonly vma: Vma;
  readonly ptep: Ptep;
}

function setup(w: World): Peek {
  const vma = w.vma({ pages: 1 });
  const ptep = vma.table.entries[0]!;
  const swapped = w.arch.swap.swpEntryToPte({ type: 1, offset: 0x10 });
  w.setInitial(ptep, swapped);
  w.startOps.push({
    name: 'try_to_unmap_one (the page is in swap)',
    run: (m) => m.pte.setPteAt(vma.mm, addrOf(ptep.vpn), ptep, swapped),
  });
  return { vma, ptep };
}

/** Holds the lock: swaps the page in and out again, to another slot of another device. */
const replace: AgentSpec<Peek> = {
  cpu: 0,
  role: 'kernel',
  note: 'swaps in and out, holds ptl',
  *run(m, s) {
    const addr = addrOf(s.ptep.vpn);
    yield* m.pteOffsetMapLock(s.ptep.table);
    yield* m.pte.pteClear(s.vma.mm, addr, s.ptep);
    yield* m.pte.setPteAt(s.vma.mm, addr, s.ptep, swapPte(m, 5, 2));
    yield* m.pteUnmapUnlock(s.ptep.table);
  },
};

/** `handle_pte_fault`, which looks at the entry before it has the lock. */
const peek: AgentSpec<Peek> = {
  cpu: 2,
  role: 'kernel',
  note: 'swap-in fault',
  *run(m, s) {
    const orig = yield* m.entries.readOnce(s.ptep, 'orig_pte');
    if (slotOf(m, orig) < 0) return;
    if (!(yield* m.k.pteUnmapSame({ vma: s.vma, ptep: s.ptep, origPte: orig }))) return;
    yield* m.obtained(s.ptep, orig);
  },
};

/** Race A10, the fault path. */
export const unlockedPeek: Scenario = defineScenario<Peek>({
  id: 'zap/unlocked-peek',
  title: 'A fault reads a swap entry in two halves before it has the lock',
  source:
    'pte_unmap_same() in do_swap_page(): what the fault path does about the split loads of the thread of October 2022 (seed 003)',
  about:
    'The fault path reads the entry without the lock and with interrupts on, half by half. Can it use a torn value? It compares with the entry under the lock before it maps anything, but it uses a swap entry earlier, to look up the page. So machines that read in halves take the lock once just to compare. A mixture of two swap entries names a device slot that nobody uses. The machine finds it only without the comparison.',
  invariants: ['TORN'],
  params: { block: 1 },
  setup,
  agents: { replace, fault: peek },
  linux: { '6.12': 'upstream' },
  mutants: {
    'no-pte-unmap-same': {
      what: 'the slot is used without the comparison under the lock',
      breaks: 'TORN',
      why: 'one half is of the old slot and one of the new',
      unless: wholeEntries,
      patch: { pteUnmapSame: returns(true) },
    },
  },
});
