import { type AgentSpec, nothing, type Patch, type Scenario, UserCpu, type World } from '@racewalk/machine';
import { defineScenario, linux } from '@racewalk/mm';
import { dontneed } from '../agents/zap.js';
import type { OnePage } from '../setup.js';

/** A page of a file, mapped by one process that has written to it. */
function setup(w: World): OnePage {
  const vma = w.vma({ pages: 1, shared: true, mapping: w.addressSpace() });
  const folio = linux(w).folio({ pages: 1, refcount: 2, mapcount: 1 });
  linux(w).mapFolio(vma, folio, { dirty: true, young: true });
  // Between the entry that writeback has cleaned and the folio that it is about to mark, writeback itself knows.
  w.dirtyRecords.push({ cellsFor: () => [folio.lock], knows: (s) => s.get(folio.lock) !== 0 });
  return { vma, ptep: vma.table.entries[0]!, folio };
}

/** Writes the page back, whether anybody told it to or not. */
const writeback: AgentSpec<OnePage> = {
  cpu: 2,
  role: 'kernel',
  note: 'writeback',
  *run(m, s) {
    yield* m.k.writeCachePages(s.folio);
  },
};

/** Stores once; its TLB may have a translation that is dirty already. */
const user: AgentSpec<OnePage> = {
  cpu: 1,
  role: 'user',
  note: 'stores',
  *run(m, s) {
    yield* new UserCpu(m, s.vma).store(0);
  },
};

/** Until Linux 3.14: the reverse map is told at once, and the flush comes with the pages. */
const neverLate: Patch = { tlbDelayRmap: () => false };

/** Until Linux 6.1: the flush is made under the lock, after the reverse map was told. */
const rmapFirst: Patch = {
  ...neverLate,
  *zapPresentFolioPtes(m, tlb, vma, folio, page, ptep, ptent, nr, details, zap) {
    yield* m.k.zapPresentFolioPtes(tlb, vma, folio, page, ptep, ptent, nr, details, zap);
    zap.forceFlush = true;
  },
};

/** Races B1 and B2. */
export const vsWriteback: Scenario = defineScenario<OnePage>({
  id: 'zap/vs-writeback',
  title: 'A dirty page of a file is zapped while it is written back and stored to',
  source:
    'force_flush in zap_pte_range() for dirty pages of files (Linux 3.15) and delayed rmap (6.2): the flush under the lock that the proposal of October 2022 (seed 003) extends to MADV_DONTNEED',
  about:
    'The zap empties a dirty entry and marks the folio dirty. A CPU still stores through its TLB, and the hardware records nothing, because it believes that the entry is dirty. Can writeback clean the folio before the flush and lose that store? Yes. So for dirty file pages the flush must come before the lock is dropped, under which writeback cleans mappings. Writeback takes no such lock for an unmapped page, so the reverse map must be updated after the flush, too. The machine finds each of the two historical bugs.',
  invariants: ['DIRTY', 'UAF'],
  params: { block: 1 },
  setup,
  agents: { zap: dontneed(0), writeback, user },
  linux: { '6.12': 'upstream' },
  mutants: {
    'flush-after-unlock': {
      what: 'the flush comes after the page-table lock was dropped',
      breaks: 'DIRTY',
      why: 'writeback finds the entry empty and cleans the folio; the store through the TLB comes after that',
      patch: neverLate,
    },
    'rmap-before-flush': {
      what: 'the reverse map is told before the flush, under the same lock',
      breaks: 'DIRTY',
      why: 'writeback takes the folio for unmapped, and does not wait for the lock under which the flush is made',
      patch: rmapFirst,
    },
    'no-hand-over': {
      what: 'the folio is not told that the entry was dirty',
      breaks: 'DIRTY',
      why: 'the entry was all that knew of the store',
      patch: { folioMarkDirty: nothing },
      only: ['zap'],
    },
  },
});
