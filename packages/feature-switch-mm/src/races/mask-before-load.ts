import { PTE_ZERO } from '@racewalk/core';
import { or } from '@racewalk/core/step';
import { nothing, type Scenario } from '@racewalk/machine';
import { contextOf, defineScenario, followMms } from '@racewalk/mm';
import { noMask, noSpeculation, noStoreBuffer } from '../reasons.js';
import { byMask, type OnePage, onePage, switchedTo, unmapAndFree, unmapper } from '../setup.js';

interface S extends OnePage {
  readonly other: OnePage;
}

/** A CPU says that it uses an address space, and then loads it; who flushes changes the entry, and then asks. */
export const maskBeforeLoad: Scenario = defineScenario<S>({
  id: 'switch/mask-before-load',
  title: 'A flush against a CPU that switches to the address space',
  source: 'CVE-2016-2069, Linux 71b3c126e611 (4.5); 83b0177a6c48 (6.14)',
  about:
    'CPU 1 loads an address space while CPU 0 takes a page of it away. One of the two has to see the other: CPU 1 says that it uses the address space before it looks at the tables, and CPU 0 changes the entry before it asks who does. Both have a barrier in between. With both, no translation is left over; and the generation tells CPU 1 whether what it kept under its tag from earlier is out of date. Where invalidations are broadcast, nobody is asked.',
  invariants: ['STALE', 'UAF'],
  params: { block: 1 },
  setup(w) {
    const spaces = followMms(w);
    const page = onePage(w, 'mm');
    const other = onePage(w, 'other');
    spaces.starts(0, page.mm, { lazy: true });
    spaces.starts(1, other.mm);
    return { ...page, other };
  },
  agents: {
    unmap: unmapper((s) => s),
    user: switchedTo('is switched to'),
  },
  mutants: {
    'mask-late': {
      what: 'the CPU is put into the mask after the load',
      breaks: ['UAF', 'STALE'],
      why: 'it walks to the old entry before anybody could know that it has to be told',
      unless: (arch) => noMask(arch) ?? noSpeculation(arch),
      patch: {
        cpumaskSetCpu: nothing,
        *switchMm(m, next) {
          yield* m.k.switchMm(next);
          yield* or(contextOf(next).cpumask, 1 << m.cpu, { op: 'cpumask_set_cpu', text: 'late' });
        },
      },
      only: ['user'],
    },
    'no-barrier': {
      what: 'a plain store to the entry, and no barrier before the mask is read',
      breaks: 'UAF',
      why: 'the store is still on its way when the mask is read, and a CPU that comes into it walks to the old entry',
      unless: (arch) => noMask(arch) ?? noStoreBuffer(arch),
      patch: {
        *ptepGetAndClear(m, mm, addr, ptep) {
          yield* m.pte.pteClear(mm, addr, ptep);
          return PTE_ZERO;
        },
        *flushTlbPage(m, vma, addr) {
          const mask = yield* m.k.mmCpumask(vma.mm);
          if (mask.includes(1) || !byMask(m.arch)) yield* m.tlb.flushTlbPage(vma, addr);
        },
      },
      only: ['unmap'],
    },
    'mask-first': {
      what: 'who flushes asks for the mask before it changes the entry',
      breaks: ['UAF', 'STALE'],
      why: 'a CPU that comes into the mask in between walks to the old entry, and is not told',
      unless: noMask,
      agents: {
        unmap: {
          cpu: 0,
          role: 'kernel',
          note: 'asks for the mask first',
          *run(m, s) {
            const mask = yield* m.k.mmCpumask(s.mm);
            yield* unmapAndFree(m, s, mask.includes(1) || !byMask(m.arch));
          },
        },
      },
    },
  },
});
