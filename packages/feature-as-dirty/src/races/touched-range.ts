import { PAGE_SIZE } from '@racewalk/core';
import { FrameFlag, type Patch, type Scenario } from '@racewalk/machine';
import { defineScenario } from '@racewalk/mm';
import { cleaner } from '../agents/driver.js';
import { writer } from '../agents/writer.js';
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
    'Cleaning is meant for large accesses and write-protecting for sparse ones, so the helpers do not invalidate the range they were given, but from the first to behind the last entry they changed. Two pages are dirty, and a CPU stores to one of them while both are cleaned. Behind the last entry means behind its page: end is its address plus one page. The machine finds the bounds sufficient, and either of them too tight when it is one page short.',
  invariants: ['DIRTY'],
  params: { block: 4 },
  setup: (w) => makeDevice(w, { pages: 2, areas: [{ dirty: true }], frameFlags: FrameFlag.WRITTEN }),
  agents: { driver: cleaner(), user: writer({ pages: [0, 1], stores: 1 }) },
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
