import type { Patch, Scenario } from '@racewalk/machine';
import { defineScenario, nothing, returns } from '@racewalk/mm';
import { dma } from '../agents/dma.js';
import { fork } from '../agents/fork.js';
import { type Fork, forkSetup } from '../setup.js';

/** `gup_fast` that reads the sequence count when the walk is over. */
const readLate: Patch = {
  *gupFast(m, vma, vpn, flags) {
    const { writeProtectSeq } = vma.mm;
    yield* m.k.localIrqSave();
    const page = yield* m.k.gupFastPmdRange(vma, vpn, flags);
    yield* m.k.localIrqRestore();
    if (page === null) return null;
    const seq = yield* m.k.rawReadSeqcount(writeProtectSeq);
    if (seq % 2 === 0 && !(yield* m.k.readSeqcountRetry(writeProtectSeq, seq))) return page;
    yield* m.k.gupPutFolio(page, 1, flags);
    return null;
  },
};

/** Race E4: a lockless pin against the write-protect of fork. */
export const gupForkSeq: Scenario = defineScenario<Fork>({
  id: 'fork-batch/gup-fork-seq',
  title: 'A page is pinned without a lock while fork makes it shared',
  source:
    'Batch-copy PTE ranges during fork(), November 2023 (seed 004), part 1, which keeps the check for pins; Linux 57efa1fe5957 (5.11): write_protect_seq',
  about:
    'A device that was given a page of the parent must go on writing to the page the parent has. So fork looks for pins: a page that may be pinned is not shared but copied for the child at once. But gup_fast takes its pin without any lock. If fork looks first and the pin comes then, each finds what it expects: no pin, and an entry that is still writable. A sequence count closes the gap. Fork makes it odd before it looks; the one who pins compares it at the end, and if fork was there, gives the pin back and waits for the mmap lock. The machine says that this is enough, for single entries and for batches, and that without the comparison, or with a count read too late, the device writes to a page that the child has, too.',
  invariants: ['OWN'],
  params: { block: 1 },
  sizes: [{ block: 2 }],
  setup(w) {
    w.contexts.track(1);
    return forkSetup(w, { spares: { 0: 2, 1: 1 } });
  },
  agents: { fork, dma },
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
