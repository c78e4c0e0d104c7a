import { vpnOf } from '@racewalk/core';
import { nothing, type Patch, type Scenario } from '@racewalk/machine';
import { defineScenario, followRss } from '@racewalk/mm';
import { accounted } from '../agents/accounting.js';
import { atomics } from '../agents/gpu.js';
import { dontneed } from '../agents/zap.js';
import { type Setup, setup } from '../setup.js';

/** Secondary MMUs hear of it when the page has gone. */
const notifyLate: Patch = {
  *zapPageRangeSingle(m, vma, address, size) {
    const range = { event: 'clear', mm: vma.mm, start: vpnOf(address), end: vpnOf(address + size) } as const;
    const tlb = yield* m.k.tlbGatherMmu(vma.mm);
    yield* m.k.unmapPageRange(tlb, vma, range.start, range.end, null);
    yield* m.k.tlbFinishMmu(tlb);
    yield* m.notifier.mmuNotifierInvalidateRangeStart(range);
    yield* m.notifier.mmuNotifierInvalidateRangeEnd(range);
  },
};

/** Throwing away a page that a device has for itself. */
export const zapVsAtomics: Scenario = defineScenario<Setup>({
  id: 'device-exclusive/zap-vs-atomics',
  title: 'MADV_DONTNEED of a page that a device has for itself',
  source:
    'zap_pte_range() in "mm: Device exclusive memory access" v8, May 2021 (seed 002): the reference belongs to the swap entry',
  about:
    "The entry is not present, so no CPU has it cached and no TLB needs a flush. May a zap just empty it? No: the device has the page, and the entry holds its only reference, so emptying it frees the page. The device must be stopped first, as for a mapping. The zap's notifier bracket does that. The map count stays, because it was lowered when the mapping was removed. If the device is notified late, or not at all, it goes on using a free page.",
  invariants: ['UAF', 'RMAP'],
  params: { block: 4 },
  setup: (w) => {
    const s = setup(w, { has: 'device' });
    followRss(w, s.vma.mm, 1);
    return s;
  },
  agents: { gpu: atomics(2), zap: dontneed() },
  finally: (w, { page }, view, faults) => accounted(w, view, page, faults),
  mutants: {
    'no-notifier': {
      what: 'nothing that is present is removed, so nobody is notified',
      breaks: 'UAF',
      why: 'the device still has the page when it is freed',
      patch: { mmuNotifierInvalidateRangeStart: nothing, mmuNotifierInvalidateRangeEnd: nothing },
      within: 'zapPageRangeSingle',
    },
    'notifier-after-free': {
      what: 'devices are told after the entry is empty and its reference dropped',
      breaks: 'UAF',
      why: 'the page is freed while the device translates to it',
      patch: notifyLate,
    },
  },
});
