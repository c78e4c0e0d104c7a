import { addrOf } from '@racewalk/core';
import { type AgentSpec, nothing, type Scenario } from '@racewalk/machine';
import { defineScenario } from '@racewalk/mm';
import { nouveauAtomicRangeFault } from '../agents/driver.js';
import { type Forking, forkAndLoad, forking } from '../agents/fork.js';

/** Makes an atomic, asks for the page again if it was taken away, and makes another. */
const persistent: AgentSpec<Forking> = {
  cpu: 8,
  role: 'device',
  note: 'atomics, and its driver',
  *run(m, s) {
    yield* s.gpu.access(m, 0, 'atomic');
    if (yield* s.gpu.access(m, 0, 'atomic')) return;
    if (yield* nouveauAtomicRangeFault(m, s, { attempts: 1 })) yield* s.gpu.access(m, 0, 'atomic');
  },
};

/** Seed 002, race F1: fork while a device has a page for itself. */
export const forkVsAtomics: Scenario = defineScenario<Forking>({
  id: 'device-exclusive/fork-vs-atomics',
  title: 'Fork while a device has a page of the parent for itself',
  source:
    'copy_nonpresent_pte() in "mm: Device exclusive memory access" v8, May 2021 (seed 002): would the two processes then own the device together? (race F1)',
  about:
    "After a fork, parent and child share the page until one of them writes. May fork copy a device-exclusive entry? No: a device cannot have the page for both. Fork notifies, as for all memory that is copied on write, and that stops the device. It makes the parent's entry present and shares the page. If it copied the entry, the reverse map would not find the child's copy. The device could get the page for the parent again while a fault of the child takes it back: that fault notifies only the child's devices.",
  invariants: ['OWN'],
  params: { block: 4 },
  setup: (w) => forking(w, { has: 'device' }),
  agents: { gpu: persistent, fork: forkAndLoad },
  linux: { '5.14': 'upstream' },
  mutants: {
    'copies-the-entry': {
      what: 'the device-exclusive entry is copied into the child',
      breaks: 'OWN',
      why: 'the device gets the page for the parent again, the child takes it back, and only devices of the child are told',
      patch: {
        *copyNonpresentPte(m, dstVma, _srcVma, dstPte, _srcPte, pte) {
          yield* m.k.getPage(m.k.pfnSwapEntryToPage(m.arch.swap.pteToSwpEntry(pte)));
          yield* m.k.addMmCounter(dstVma.mm, 1);
          yield* m.pte.setPteAt(dstVma.mm, addrOf(dstPte.vpn), dstPte, pte);
          return 0;
        },
      },
    },
    'no-bracket': {
      what: 'the parent’s entry is restored without a notification',
      breaks: 'OWN',
      why: 'the device still has the page when parent and child use it',
      patch: { mmuNotifierInvalidateRangeStart: nothing, mmuNotifierInvalidateRangeEnd: nothing },
      only: ['fork'],
    },
  },
});
