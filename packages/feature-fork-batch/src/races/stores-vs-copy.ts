import { addrOf, ptepAdd } from '@racewalk/core';
import { nothing, type Patch, REASONS, type Scenario, type World } from '@racewalk/machine';
import { defineScenario } from '@racewalk/mm';
import { accountsAgree } from '../accounts.js';
import { fork, forkThen, NO_FLUSH, oneAtATime, protectAll } from '../agents/fork.js';
import { writer } from '../agents/users.js';
import { type Fork, forkSetup } from '../setup.js';

/** Reads each entry and stores it without write permission. */
const readThenStore: Patch = {
  *wrprotectPtes(m, _mm, _addr, ptep, nr) {
    for (let i = 0; i < nr; i++) {
      const pte = yield* m.entries.readOnce(ptepAdd(ptep, i), 'wrprotect_ptes');
      yield* m.entries.writeOnce(ptepAdd(ptep, i), m.v.pteWrprotect(pte), 'wrprotect_ptes');
    }
  },
};

/** Makes the parent's entries from the value the batch began with. */
const fromTheBatch: Patch = {
  *__copyPresentPtes(m, { mm }, _srcVma, dstPte, srcPte, pte, nr) {
    for (let i = 0; i < nr; i++) {
      const value = m.v.pteWrprotect(m.v.pteAdvancePfn(pte, i));
      yield* m.entries.writeOnce(ptepAdd(srcPte, i), value, 'wrprotect_ptes');
    }
    yield* m.pte.setPtes(mm, addrOf(dstPte.vpn), dstPte, m.v.pteMkold(m.v.pteWrprotect(pte)), nr);
  },
};

function setup(w: World): Fork {
  if (w.params.oneAtATime === true) oneAtATime(w);
  return forkSetup(w, { spares: { 1: 1 } });
}

/** Seed 004, parts 1 and 13: fork copies a batch while another thread stores. */
export const storesVsCopy: Scenario = defineScenario<Fork>({
  id: 'fork-batch/stores-vs-copy',
  title: 'Fork copies a batch of entries while a thread of the parent stores',
  source:
    'Transparent contiguous PTEs, v2, November 2023 (seed 004), parts 1 and 13: copy_present_ptes(), ptep_set_wrprotects()',
  about:
    "Fork copies a folio's entries in one batch: it counts them, adds references once, write-protects the parent, sets the child's entries, and finally invalidates. Fully covered blocks stay folded. Is this safe while a thread of the parent stores? Yes. Until fork returns, a store may reach the page that both will share; afterwards it may not, and it is never lost. The same holds for copying one entry at a time. The invalidation at the very end is early enough, but it must follow the write-protect.",
  invariants: ['OWN', 'DIRTY', 'RMAP'],
  params: { block: 2 },
  sizes: [{ block: 2, oneAtATime: true }, { block: 4 }],
  setup,
  agents: { fork, user: writer() },
  finally: accountsAgree(),
  linux: { '6.12': 'upstream' },
  mutants: {
    'no-flush': {
      ...NO_FLUSH,
      breaks: 'OWN',
      why: 'a TLB still lets the parent store to a page the child has, too',
    },
    'wrprotect-after-flush': {
      what: 'the entries are copied and the TLBs invalidated, and only then the parent is write-protected',
      breaks: 'OWN',
      why: 'a TLB is filled again in between, and nobody empties it',
      agents: { fork: forkThen(protectAll) },
      within: '__copyPresentPtes',
      patch: { wrprotectPtes: nothing },
    },
    'read-then-store': {
      what: 'each entry of the parent is read and stored back without write permission',
      breaks: 'DIRTY',
      why: 'the hardware sets dirty between the two, and the store takes it back',
      unless: REASONS.softwareDirty,
      patch: readThenStore,
    },
    'protect-from-batch': {
      what: "the parent's entries are made from the value the batch began with",
      breaks: 'DIRTY',
      why: 'what the hardware recorded since the batch was counted is overwritten',
      unless: REASONS.softwareDirty,
      patch: fromTheBatch,
    },
  },
});
