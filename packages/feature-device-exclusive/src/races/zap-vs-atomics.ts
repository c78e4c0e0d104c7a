import { nothing, type Scenario } from '@racewalk/machine';
import { defineScenario, followRss } from '@racewalk/mm';
import { accounted } from '../agents/accounting.js';
import { atomics } from '../agents/gpu.js';
import { TOLD_AFTERWARDS } from '../agents/notify.js';
import { dontneed } from '../agents/zap.js';
import { type Setup, setup } from '../setup.js';

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
  linux: { '5.14': 'upstream' },
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
      patch: TOLD_AFTERWARDS,
      within: 'zapPageRangeSingle',
    },
  },
});
