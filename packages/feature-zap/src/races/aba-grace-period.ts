import { type Scenario, smpCallFunction, synchronizeRcu } from '@racewalk/machine';
import { defineScenario } from '@racewalk/mm';
import { gup } from '../agents/gup.js';
import { toucher } from '../agents/toucher.js';
import { zapper } from '../agents/zap.js';
import { FORCE_FLUSH } from '../ops/madvise.js';
import type { ZapDetails } from '../ops/zap-pte-range.js';
import { wholeEntries } from '../reasons.js';
import { type ThreeFolios, threeFolios } from '../setup.js';

/** After the hypercall every CPU is interrupted once more, for the walkers, while the lock is held. */
const CALLS_ALL: ZapDetails = { ...FORCE_FLUSH, sync: (m) => smpCallFunction(m, 'wait for walkers') };

/** Whether what protects tables could protect entries. */
export const abaGracePeriod: Scenario = defineScenario<ThreeFolios>({
  id: 'gup/aba-grace-period',
  title: 'What protects tables in the place of the interrupt that a hypercall flush leaves out',
  source:
    'ptep_get_lockless() thread, October 2022 (seed 003): does the scheme of tlb_remove_table() help where the flush does not interrupt?',
  about:
    'Under a hypervisor the flush waits for nobody; tables are safe there all the same, because they are freed by RCU or after a call of all CPUs. One message asks whether that helps the split load, and is answered: zapping entries frees no table, so none of it runs; and if it did, it would run later, as a callback that is pending while the caller goes on. The machine agrees on both. What does help is a call of all CPUs before the page-table lock is dropped, on top of the hypercall. A grace period cannot be waited for under a spin lock, and after it is too late.',
  invariants: ['TORN'],
  params: { block: 1, flush: 'paravirt' },
  setup: threeFolios,
  agents: { zap: zapper(0, CALLS_ALL), 'other zap': zapper(1, CALLS_ALL), fault: toucher, gup },
  mutants: {
    'no-table-removed': {
      what: 'only entries are zapped, so nobody calls CPUs or begins a grace period',
      breaks: 'TORN',
      why: 'that scheme belongs to tables; nothing waits for the reader',
      unless: wholeEntries,
      agents: { zap: zapper(0, FORCE_FLUSH), 'other zap': zapper(1, FORCE_FLUSH) },
    },
    'grace-period-after-unlock': {
      what: 'each zap waits for a grace period, after it has dropped the lock',
      breaks: 'TORN',
      why: 'the wait comes when the entry is free for the next fault, like a flush that was put off',
      unless: wholeEntries,
      agents: {
        zap: zapper(0, FORCE_FLUSH, 1, (m) => synchronizeRcu(m)),
        'other zap': zapper(1, FORCE_FLUSH, 1, (m) => synchronizeRcu(m)),
      },
    },
    'call-rcu': {
      what: 'each zap goes on while its grace period is pending, and zaps again',
      breaks: 'TORN',
      why: 'the entry has come back before the callback runs',
      unless: wholeEntries,
      agents: {
        zap: zapper(0, FORCE_FLUSH, 2, (m, round) => (round === 0 ? nothing() : synchronizeRcu(m))),
        'other zap': { ...zapper(1), note: 'idle', *run() {} },
      },
    },
  },
});

/** The callback of the first zap is still pending. */
function* nothing() {}
