import type { Scenario } from '@racewalk/machine';
import { defineScenario, followRss } from '@racewalk/mm';
import { accounted } from '../agents/accounting.js';
import { user } from '../agents/user.js';
import { type Setup, setup } from '../setup.js';

/** Race F2: two threads fault on one entry. */
export const secondRestore: Scenario = defineScenario<Setup>({
  id: 'device-exclusive/second-restore',
  title: 'Two threads fault on the same device-exclusive entry',
  source:
    'remove_device_exclusive_entry() in "mm: Device exclusive memory access" v8, May 2021 (seed 002): page_vma_mapped_walk and the comparison with the entry that faulted',
  about:
    "Two threads find the entry, drop the page-table lock and wait for the page lock. The first restores the mapping, adds to the map count, and passes the entry's reference to the mapping. What must the second do? It now holds the page lock but finds a present entry. It must read the entry again under the page-table lock and leave it unchanged. Otherwise the page is counted as mapped twice and never freed.",
  invariants: ['RMAP'],
  params: { block: 4 },
  setup: (w) => {
    const s = setup(w, { has: 'device', flags: { locked: true } });
    followRss(w, s.vma.mm, 1);
    return s;
  },
  agents: { first: user(1, ['load']), second: user(2, ['load']) },
  finally: (w, { page }, view, faults) => accounted(w, view, page, faults),
  linux: { '5.14': 'upstream' },
  mutants: {
    'no-recheck': {
      what: 'the entry is restored without a second look at it',
      breaks: 'RMAP',
      why: 'both threads restore it, and the page counts one mapping too many',
      patch: { pteSame: () => true },
      within: 'removeDeviceExclusiveEntry',
      only: ['second'],
    },
    'takes-a-reference': {
      what: 'restoring takes a reference for the mapping, as making any other entry present does',
      breaks: 'RMAP',
      why: 'the entry had one already, so the page keeps a reference that nobody gives back',
      patch: {
        *restoreExclusivePte(m, vma, page, ptep, origPte) {
          yield* m.k.restoreExclusivePte(vma, page, ptep, origPte);
          yield* m.k.getPage(page);
        },
      },
      only: ['first'],
    },
  },
});
