import {
  type AgentSpec,
  type Patch,
  type Scenario,
  smpCallFunction,
  synchronizeRcu,
  type World,
} from '@racewalk/machine';
import { defineScenario } from '@racewalk/mm';
import { gup } from '../agents/gup.js';
import { toucher } from '../agents/toucher.js';
import { dontneed, dontneedTwice, zapAll } from '../agents/zap.js';
import { wholeEntries } from '../reasons.js';
import { runs, type ThreeFolios } from '../setup.js';
import { proposed } from './aba.js';

/** After the hypercall every CPU is interrupted once more, for the walkers, while the lock is held. */
const CALLS_ALL: Patch = {
  *tlbFlush(m, tlb) {
    yield* m.k.tlbFlush(tlb);
    yield* smpCallFunction(m, 'wait for walkers');
  },
};

/** The hypercall and nothing else. */
const FLUSH_ONLY: Patch = {
  *tlbFlush(m, tlb) {
    yield* m.k.tlbFlush(tlb);
  },
};

/** Zaps, and waits for a grace period after that. */
const zapsAndWaits = (cpu: number): AgentSpec<ThreeFolios> => ({
  ...dontneed(cpu),
  *run(m, s) {
    yield* zapAll(m, s);
    yield* synchronizeRcu(m);
  },
});

function setup(w: World): ThreeFolios {
  runs(w, CALLS_ALL);
  return proposed(w);
}

/** Whether what protects tables could protect entries. */
export const abaGracePeriod: Scenario = defineScenario<ThreeFolios>({
  id: 'gup/aba-grace-period',
  title: 'What protects tables in the place of the interrupt that a hypercall flush leaves out',
  source:
    'ptep_get_lockless() thread, October 2022 (seed 003): does the scheme of tlb_remove_table() help where the flush does not interrupt?',
  about:
    'Under a hypervisor the flush waits for nobody. Tables are safe anyway, because they are freed by RCU or after an IPI to all CPUs. Does that also protect the split load? No: a zap of entries frees no table, so none of it runs; and an RCU callback would run later, while the caller goes on. The machine agrees with both points. An IPI to all CPUs before the page-table lock is dropped, in addition to the hypercall, does help. A grace period cannot be waited for under a spin lock, and afterwards it is too late.',
  invariants: ['TORN'],
  params: { block: 1, flush: 'paravirt' },
  setup,
  agents: { zap: dontneed(0), 'other zap': dontneed(1), fault: toucher, gup },
  mutants: {
    'no-table-removed': {
      what: 'only entries are zapped, so nobody calls CPUs or begins a grace period',
      breaks: 'TORN',
      why: 'that scheme belongs to tables; nothing waits for the reader',
      unless: wholeEntries,
      patch: FLUSH_ONLY,
    },
    'grace-period-after-unlock': {
      what: 'each zap waits for a grace period, after it has dropped the lock',
      breaks: 'TORN',
      why: 'the wait comes when the entry is free for the next fault, like a flush that was put off',
      unless: wholeEntries,
      patch: FLUSH_ONLY,
      agents: {
        zap: zapsAndWaits(0),
        'other zap': zapsAndWaits(1),
      },
    },
    'call-rcu': {
      what: 'each zap goes on while its grace period is pending, and zaps again',
      breaks: 'TORN',
      why: 'the entry has come back before the callback runs',
      unless: wholeEntries,
      patch: FLUSH_ONLY,
      agents: {
        zap: {
          ...dontneedTwice(0),
          // The callback of the first zap is still pending.
          *run(m, s) {
            yield* zapAll(m, s);
            yield* zapAll(m, s);
            yield* synchronizeRcu(m);
          },
        },
        'other zap': { ...dontneed(1), note: 'idle', *run() {} },
      },
    },
  },
});
