import { addrOf, ptepOf } from '@racewalk/core';
import { type AgentSpec, nothing, type Scenario } from '@racewalk/machine';
import { definePageVmaWalk, defineScenario, PVMW_SYNC } from '@racewalk/mm';
import { type Forking, forking, forkOnly } from '../agents/fork.js';
import { dontneedPage } from '../agents/zap.js';
import { forksAsInV8 } from '../ops/copy-pte-range-locked-page.js';

/** Somebody who walks the reverse map: has the lock of the page, and needs the page-table lock. */
const holder: AgentSpec<Forking> = {
  cpu: 3,
  role: 'kernel',
  note: 'walks the reverse map',
  *run(m, { page, vma }) {
    if (!(yield* m.k.trylockPage(page))) return;
    const pvmw = definePageVmaWalk(page, vma, addrOf(vma.start), PVMW_SYNC);
    while (yield* m.k.pageVmaMappedWalk(pvmw));
    yield* m.k.unlockPage(page);
  },
};

/** Takes private copies of a file away, without the mmap lock. */
const truncate: AgentSpec<Forking> = {
  cpu: 4,
  role: 'kernel',
  note: 'truncates the file',
  *run(m, s) {
    yield* dontneedPage(m, s.place);
  },
};

/** Seed 002: what a fork finds when it has waited for a page. */
export const forkLockedPage: Scenario = defineScenario<Forking>({
  id: 'device-exclusive/fork-locked-page',
  title: 'The entry is gone when fork has the lock of its page',
  source:
    'copy_pte_range() in "mm: Device exclusive memory access" v8, May 2021 (seed 002): locked_page, “a non-present pte became present after dropping the ptl”',
  about:
    'Fork dropped the page-table locks to wait for a page. Afterwards the entry may be unchanged, present, or gone, because a truncation removes private copies without the mmap lock. What must fork do? Release the locked page on each path, and hold a reference so that the page still exists. The code quoted in the thread releases it on the path to a present entry. If it did so only there, a vanished entry would leave the page locked forever. Without a reference fork waits for the lock of a page that may be free.',
  invariants: ['UAF'],
  params: { block: 4 },
  setup: (w) => {
    forksAsInV8(w);
    return forking(w, { has: 'entry' });
  },
  agents: { fork: forkOnly, holder, truncate },
  mutants: {
    'released-only-if-present': {
      what: 'the page is released only where the entry has become present',
      breaks: 'LIVE',
      why: 'the entry has vanished, and the lock of the page is never given back',
      patch: {
        *releaseLockedPage(m, srcVma, page) {
          const pte = yield* m.pte.ptepGet(ptepOf(srcVma, srcVma.start));
          if (m.v.ptePresent(pte)) yield* m.k.releaseLockedPage(srcVma, page);
        },
      },
    },
    'spins-under-ptl': {
      what: 'fork tries for the lock of the page again and again with the page-table locks held',
      breaks: 'LIVE',
      why: 'the holder of the page’s lock needs a page-table lock to get on',
      patch: {
        *trylockPage(m, page) {
          while (!(yield* m.k.trylockPage(page))) yield* m.k.waitOnPageLocked(page);
          return true;
        },
      },
      only: ['fork'],
    },
    'waits-unpinned': {
      what: 'fork drops the page-table locks without a reference to the page it waits for',
      breaks: 'UAF',
      why: 'the truncation frees the page, and fork locks a page that is nobody’s',
      patch: { getPage: nothing, putPage: nothing },
      only: ['fork'],
    },
  },
});
