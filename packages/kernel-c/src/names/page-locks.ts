/** The lock of a page or a folio, and who waits for it. */
import { ptepOf, vpnOf } from '@racewalk/core';
import { read } from '@racewalk/core/step';
import { number } from '../run/numbers.js';
import { mustHave } from './areas.js';
import { asFolio, pageOf } from './cast.js';
import { type Helper, stepHelper } from './helper.js';

/** Everything of this file. */
export const PAGE_LOCK_NAMES: readonly Helper[] = [
  stepHelper('folio_lock(folio)', 'waits for the lock of a folio', function* (th, [f]) {
    yield* th.m.k.lockPage(pageOf(f));
    return 0n;
  }),
  stepHelper('folio_unlock(folio)', 'releases the lock of a folio', function* (th, [f]) {
    yield* th.m.k.unlockPage(pageOf(f));
    return 0n;
  }),
  stepHelper('folio_trylock(folio):bool', 'takes the lock of a folio if it is free', function* (th, [f]) {
    return (yield* th.m.k.trylockPage(pageOf(f))) ? 1n : 0n;
  }),
  stepHelper('folio_test_locked(folio):bool', 'whether anybody holds its lock', function* (_th, [f]) {
    const { lock, name } = asFolio(f);
    return (yield* read(lock, { op: 'folio_test_locked', text: name })) === 0 ? 0n : 1n;
  }),
  stepHelper('PageLocked(page):bool', 'whether anybody holds its lock', function* (_th, [p]) {
    const { lock, name } = pageOf(p).folio;
    return (yield* read(lock, { op: 'PageLocked', text: name })) === 0 ? 0n : 1n;
  }),
  ...['folio_wait_locked(folio)', 'wait_on_page_locked(page)'].map((line) =>
    stepHelper(line, 'waits until nobody holds its lock', function* (th, [p]) {
      yield* th.m.k.waitOnPageLocked(pageOf(p));
      return 0n;
    }),
  ),
  stepHelper(
    'migration_entry_wait(mm,any,addr)',
    'waits for the lock of the page that is on the move',
    function* (th, [mm, , addr]) {
      const vma = mustHave(th, mm, addr);
      const { swap } = th.m.arch;
      yield* th.m.pteOffsetMapLock(vma.table);
      const pte = yield* th.m.pte.ptepGet(ptepOf(vma, vpnOf(number(th, addr ?? 0n))));
      yield* th.m.pteUnmapUnlock(vma.table);
      const entry = swap.isSwapPte(pte) ? swap.pteToSwpEntry(pte) : null;
      if (entry !== null && swap.isMigrationEntry(entry))
        yield* th.m.k.waitOnPageLocked(th.m.k.pfnSwapEntryToPage(entry));
      return 0n;
    },
  ),
];
