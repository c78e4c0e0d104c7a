import { PAGE_SIZE } from '@racewalk/core';
import { FrameFlag, type Scenario } from '@racewalk/machine';
import { defineScenario } from '@racewalk/mm';
import { cleaner } from '../agents/driver.js';
import { writer } from '../agents/writer.js';
import { type ApplyAsClean, cleanPte } from '../ops/clean.js';
import { type Device, makeDevice } from '../setup.js';

/** A driver that notes this much of each page it changes. */
const noting = (start: (addr: number) => number, end: (addr: number) => number) =>
  cleaner({
    clean: cleanPte({
      touched(clean: ApplyAsClean, addr) {
        clean.total++;
        clean.start = Math.min(clean.start, start(addr));
        clean.end = Math.max(clean.end, end(addr));
      },
    }),
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
  setup: (w) => makeDevice(w, { pages: 2, areas: [{ dirty: true }], frameFlags: FrameFlag.WRITTEN }),
  agents: { driver: cleaner(), user: writer({ pages: [0, 1], stores: 1 }) },
  mutants: {
    'end-before-last-page': {
      what: 'the end is the address of the last changed entry, without its page',
      breaks: 'DIRTY',
      why: 'the last page is not invalidated, so a store to it through a cached translation is recorded nowhere',
      agents: {
        driver: noting(
          (addr) => addr,
          (addr) => addr,
        ),
      },
    },
    'start-behind-first-page': {
      what: 'the start is the address behind the first changed entry',
      breaks: 'DIRTY',
      why: 'the first page is not invalidated',
      agents: {
        driver: noting(
          (addr) => addr + PAGE_SIZE,
          (addr) => addr + PAGE_SIZE,
        ),
      },
    },
  },
});
