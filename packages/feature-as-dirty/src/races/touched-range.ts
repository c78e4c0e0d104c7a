import { PAGE_SIZE } from '@racewalk/core';
import { FrameFlag, type Patch, type Scenario } from '@racewalk/machine';
import { defineScenario } from '@racewalk/mm';
import { cleaner } from '../agents/driver.js';
import { writer } from '../agents/writer.js';
import { NO_KERNEL_TLBS } from '../less.js';
import { type Device, makeDevice } from '../setup.js';

/** The range that is invalidated, when that of each page is noted so. */
const noting = (start: number, end: number): Patch => ({
  *flushTouched(m, aas, vma, clip) {
    aas.start += start;
    aas.end += end;
    yield* m.k.flushTouched(aas, vma, clip);
  },
});

/** Seed 001: the range of entries touched. */
export const touchedRange: Scenario = defineScenario<Device>({
  id: 'as-dirty/touched-range',
  title: 'Only what lies between the first and the last changed entry is invalidated',
  source:
    'struct apply_as of the as_dirty helpers, version 4, June 2019 (seed 001): address of first modified pte, address of last modified pte + 1',
  about:
    'The helpers do not invalidate the whole range they are given, because write-protecting is meant for sparse accesses. They invalidate from the first entry they changed to the end of the last one. Are these bounds sufficient? Yes. The end is the address of the last entry plus one page. Here two pages are dirty and a CPU stores to one of them while both are cleaned. Either bound fails when it is one page short.',
  invariants: ['DIRTY'],
  params: { block: 4 },
  less: [NO_KERNEL_TLBS],
  setup: (w) => makeDevice(w, { pages: 2, areas: [{ dirty: true }], frameFlags: FrameFlag.WRITTEN }),
  agents: { driver: cleaner, user: writer({ pages: [0, 1], stores: 1 }) },
  linux: { '5.2+as-dirty-v4': 'upstream' },
  mutants: {
    'end-before-last-page': {
      what: 'the end is the address of the last changed entry, without its page',
      breaks: 'DIRTY',
      why: 'the last page is not invalidated, so a store to it through a cached translation is recorded nowhere',
      patch: noting(0, -PAGE_SIZE),
    },
    'start-behind-first-page': {
      what: 'the start is the address behind the first changed entry',
      breaks: 'DIRTY',
      why: 'the first page is not invalidated',
      patch: noting(PAGE_SIZE, 0),
    },
  },
});
