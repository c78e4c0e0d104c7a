import { nothing, type Patch, type Scenario } from '@racewalk/machine';
import { defineScenario, returns } from '@racewalk/mm';
import { dma } from '../agents/dma.js';
import { fork } from '../agents/fork.js';
import { type Fork, forkSetup } from '../setup.js';

/** `gup_fast` that reads the sequence count when the walk is over. */
const readLate: Patch = {
  *rawReadSeqcount(m, cell) {
    return m.calls.isIn('readSeqcountRetry') ? yield* m.k.rawReadSeqcount(cell) : 0;
  },
  *readSeqcountRetry(m, cell) {
    const seq = yield* m.k.rawReadSeqcount(cell);
    return seq % 2 === 1 || (yield* m.k.readSeqcountRetry(cell, seq));
  },
};

/** Race E4: a lockless pin against the write-protect of fork. */
export const gupForkSeq: Scenario = defineScenario<Fork>({
  id: 'fork-batch/gup-fork-seq',
  title: 'A page is pinned without a lock while fork makes it shared',
  source:
    'Batch-copy PTE ranges during fork(), November 2023 (seed 004), part 1, which keeps the check for pins; Linux 57efa1fe5957 (5.11): write_protect_seq',
  about:
    "A device that was given a page of the parent must keep writing to the parent's page. So fork copies a page that may be pinned. But gup_fast pins without a lock: fork may see no pin just before, and gup_fast a writable entry. Does a sequence count help? Yes, for single entries and batches. Fork makes it odd before it checks. gup_fast compares it at the end; if fork was there, it unpins and waits for the mmap lock. Without the comparison, or with a late read of the count, the device writes to a page that the child shares.",
  invariants: ['OWN'],
  params: { block: 1 },
  sizes: [{ block: 2 }],
  setup(w) {
    w.contexts.track(1);
    return forkSetup(w, { spares: { 0: 2, 1: 1 } });
  },
  agents: { fork, dma },
  linux: { '6.12': 'upstream' },
  mutants: {
    'no-sequence-check': {
      what: 'the one who pins does not look at the sequence count',
      breaks: 'OWN',
      why: 'fork saw no pin, and the entry was compared before fork changed it',
      patch: { rawReadSeqcount: returns(0), readSeqcountRetry: returns(false) },
    },
    'sequence-read-late': {
      what: 'the sequence count is read once the walk is over, and then compared',
      breaks: 'OWN',
      why: 'a fork that came between the walk and the first look leaves no trace in the comparison',
      patch: readLate,
    },
    'sequence-not-raised': {
      what: 'fork does not touch the sequence count',
      breaks: 'OWN',
      why: 'the one who pins compares a count that never changes',
      patch: { rawWriteSeqcountBegin: nothing, rawWriteSeqcountEnd: nothing },
    },
    'no-pin-check': {
      what: 'fork shares pages without asking whether they are pinned',
      breaks: 'OWN',
      why: 'the device that has the page writes to what the child has, too',
      patch: { folioNeedsCowForDma: returns(false) },
    },
  },
});
