import { ptepOf, type Vma } from '@racewalk/core';
import { awaitWord, type Step } from '@racewalk/core/step';
import type { Frame, Machine } from '@racewalk/machine';
import { mmuNotifierRangeInit } from './areas.js';
import { vmNormalPage } from './entries.js';
import { type GupOps, getUserPagesRemote } from './get-user-pages.js';
import { getPage, lockPage, putPage, trylockPage } from './page-lock.js';
import { type Place, protectEntry, type Rmap, type TtpArgs, tryToProtectOne } from './try-to-protect.js';

/** Where a mutant differs. */
export interface SealOptions extends GupOps {
  /** Lock the page only after the page-table lock is dropped. Default false. */
  readonly lockLate?: boolean;
}

/** What one look at the address came to. */
export type Sealed = { readonly page: Frame; readonly locked: boolean } | null;

/**
 * The first walk: find the page, lock it, and take the wanted mapping down, all under one page-table lock.
 * Nobody can then put another page there: whoever restores the entry needs the page's lock.
 * @kernel hmm_exclusive_pmd (v2 of the series, with the entry changed along the way as proposed for v8)
 */
export function* hmmExclusivePmd(
  m: Machine,
  place: Place,
  owner: string,
  options: SealOptions = {},
): Step<Sealed> {
  const { vma, address } = place;
  const ptep = ptepOf(vma, address);
  const range = mmuNotifierRangeInit('exclusive', vma, address, address + 1, owner);
  const late = options.lockLate === true;
  yield* m.notifier.mmuNotifierInvalidateRangeStart(range);
  yield* m.pteOffsetMapLock(ptep.table);
  const pte = yield* m.pte.ptepGet(ptep);
  const page = m.v.pteWrite(pte) ? vmNormalPage(m, pte) : null;
  let locked = page !== null && !late && (yield* trylockPage(m, page));
  if (page !== null) yield* getPage(m, page);
  if (page !== null && (locked || late)) yield* protectEntry(m, place, page);
  yield* m.pteUnmapUnlock(ptep.table);
  yield* m.notifier.mmuNotifierInvalidateRangeEnd(range);
  if (page === null) return null;
  if (late) {
    yield* lockPage(m, page);
    locked = true;
  }
  return { page, locked };
}

/**
 * Make one page exclusive in the form that was asked for in review: sealed during the first walk, then a
 * walk of the reverse map for all other mappings. No address has to be looked at again.
 * @kernel hmm_exclusive_range (v2)
 */
export function* hmmExclusiveRange(
  m: Machine,
  vma: Vma,
  address: number,
  owner: string,
  rmap: Rmap,
  options: SealOptions = {},
): Step<Frame | null> {
  const place = { vma, address };
  for (;;) {
    const found = yield* hmmExclusivePmd(m, place, owner, options);
    if (found === null) {
      const page = yield* getUserPagesRemote(m, place, options);
      if (page === null) return null;
      yield* putPage(m, page);
      continue;
    }
    const { page, locked } = found;
    if (!locked) {
      yield* awaitWord(page.folio.lock, (held) => held === 0, {
        op: 'wait_on_page_locked',
        text: page.folio.name,
      });
      yield* putPage(m, page);
      continue;
    }
    const args: TtpArgs = { mm: vma.mm, address, owner, valid: true };
    for (const other of yield* rmap(page)) {
      const same = other.vma === vma && other.address === address;
      if (!same) yield* tryToProtectOne(m, page, other, args);
    }
    return page;
  }
}
