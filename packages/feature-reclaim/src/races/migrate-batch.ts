import { addrOf } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import { type AgentSpec, type Machine, nothing, type Scenario } from '@racewalk/machine';
import { defineScenario, freePage, TTU_BATCH_FLUSH } from '@racewalk/mm';
import { user } from '../agents/users.js';
import { type Mapped, mapPage } from '../setup.js';

/** Leave a migration entry in place of the mapping, and put the flush off. @kernel try_to_migrate_one */
function* tryToMigrateOne(m: Machine, s: Mapped): Step<void> {
  const { vma, ptep, frame, folio } = s;
  const { swap } = m.arch;
  const addr = addrOf(ptep.vpn);
  yield* m.pteOffsetMapLock(vma.table);
  const deferred = m.k.shouldDeferFlush(vma.mm, TTU_BATCH_FLUSH);
  const pteval = yield* deferred
    ? m.pte.ptepGetAndClear(vma.mm, addr, ptep)
    : m.pte.ptepClearFlush(vma, addr, ptep);
  if (deferred) yield* m.k.setTlbUbcFlushPending(vma.mm, pteval, addr);
  if (m.v.pteDirty(pteval)) yield* m.k.folioMarkDirty(folio);
  const entry = m.v.pteWrite(pteval)
    ? swap.makeWritableMigrationEntry(frame.pfn)
    : swap.makeReadableMigrationEntry(frame.pfn);
  yield* m.pte.setPteAt(vma.mm, addr, ptep, swap.swpEntryToPte(entry));
  yield* m.k.folioRemoveRmapPte(frame);
  yield* m.k.folioPut(frame);
  yield* m.pteUnmapUnlock(vma.table);
}

/** Unmaps its batch, flushes once, then moves: the old page goes back. */
const migrate: AgentSpec<Mapped> = {
  cpu: 0,
  role: 'kernel',
  note: 'migrate_pages_batch',
  *run(m, s) {
    yield* tryToMigrateOne(m, s);
    yield* m.k.tryToUnmapFlush();
    // The contents are copied, and the reference of the isolation is the last one.
    if ((yield* m.k.folioPutRefs(s.folio, 1)) === 0) yield* freePage(m, s.frame);
  },
};

/** Seed 003: other code that makes a present entry non-present and puts the flush off. */
export const migrateBatch: Scenario = defineScenario<Mapped>({
  id: 'reclaim/migrate-batch',
  title: 'Migration unmaps many pages and flushes once, before any of them moves',
  source:
    'Jann Horn, 26 October 2022 (seed 003): is there other code that keeps a flush queued; try_to_migrate_one() with TTU_BATCH_FLUSH, Linux 7e12beb8ca2a (6.3)',
  about:
    'Since 6.3 migration puts its flushes off as reclaim does: entries of a batch become migration entries, and one flush comes at the end. When must it come? Before any page is copied. A CPU that still translates to the old page could store to it after the copy, or reach it after it was freed. The machine agrees: with the flush first no page is reached that is free, and no store is lost.',
  invariants: ['UAF', 'DIRTY'],
  params: { block: 1 },
  setup: (w) => mapPage(w, { dirty: true }),
  agents: { migrate, user: user('load') },
  mutants: {
    'moved-before-flush': {
      what: 'the pages move before the flush that was put off is made',
      breaks: 'UAF',
      why: 'a TLB still translates to the old page when it goes back to the allocator',
      patch: { tryToUnmapFlush: nothing },
    },
  },
});
