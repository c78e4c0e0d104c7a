/** Tail pages of a folio that is split become folios of their own. (mm/huge_memory.c; include/linux/swapops.h, Linux 6.12) */
import { atomic, type Cell, read, type Step, write } from '@racewalk/core/step';
import type { Machine, World } from '@racewalk/machine';

/** A tail page of a folio that is locked while it is split, and that a migration entry names. @kernel struct page */
export interface TailPage {
  /** `page->flags`, of which PG_locked counts: the split copies it from the head. */
  readonly flags: Cell;
  /** `page->compound_head`: 1 while the page belongs to the old folio, whose lock is held. */
  readonly head: Cell;
}

/** A page that belongs to the folio still, and has no flags of its own. Called by `setup`. */
export const tailPage = (w: World): TailPage => ({
  flags: w.word('tail.flags', 0, (x) => (x ? 'locked' : 'not locked')),
  head: w.word('tail.compound_head', 1, (x) => (x ? 'the old folio' : 'itself')),
});

/** What the split does to one tail page. @kernel __split_huge_page_tail */
export function* __splitHugePageTail(m: Machine, { flags, head }: TailPage): Step<void> {
  yield* write(flags, 1, { op: 'page_tail->flags', text: 'locked, as the head is' });
  yield* m.k.smpWmb();
  // From here on whoever asks for the folio of the page gets the page itself.
  yield* write(head, 0, { op: 'clear_compound_head', text: 'tail' });
}

/**
 * Between the folio of a migration entry, `own` if that is the page itself, and what is asked of it: whoever may use the
 * entry has the folio locked. @kernel swap_entry_migration_sync
 */
export function* swapEntryMigrationSync(m: Machine, { flags }: TailPage, own: boolean): Step<void> {
  yield* m.k.smpRmb();
  // The flags are those of another word: no address leads from the head to them where the page is its own folio.
  const locked = !own || (yield* read(flags, { op: 'folio_test_locked', text: 'tail' })) !== 0;
  const run = (_mem: Int32Array, _base: number, faults: { fail(code: string, text: string): void }) => {
    if (!locked)
      faults.fail('TORN', 'the folio of a migration entry is not locked: head and flags are of two states');
    return 0;
  };
  yield* atomic([], run, { text: 'BUG_ON(!folio_test_locked())', does: 'observe' }, { locked: false });
}

/** The folio of a migration entry that names the page; true if that is the page itself. @kernel pfn_swap_entry_folio */
export function* pfnSwapEntryFolio(m: Machine, page: TailPage): Step<boolean> {
  const own = (yield* read(page.head, { op: 'compound_head', text: 'tail' })) === 0;
  yield* m.k.swapEntryMigrationSync(page, own);
  return own;
}

/** Functions that others call by name. */
export const SPLIT_TAIL = { __splitHugePageTail, swapEntryMigrationSync, pfnSwapEntryFolio } as const;

type SplitTailFunctions = typeof SPLIT_TAIL;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends SplitTailFunctions {}
}
