/**
 * The walk under everything here: a callback for each leaf entry of a range.
 * @kernel the series of June 2019, patch 2: mm/memory.c, `apply_to_pfn_range`
 */
import { addrOf, type Mm, type PageTable, type Ptep, type Vaddr, vpnOf } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { Machine } from '@racewalk/machine';

/** Called for each entry, under the page-table lock of `token`; anything but 0 ends the walk. @kernel pter_fn_t */
export type PterFn = (pte: Ptep, token: PageTable, addr: Vaddr) => Step<number>;

/** `struct pfn_range_apply`. What the kernel reaches by `container_of`, a callback here reaches as a closure. */
export interface PfnRangeApply {
  /** Address space the range lies in. */
  mm: Mm | null;
  /** Whether missing tables are made: never. */
  readonly alloc: 0;
  readonly ptefn: PterFn;
}

/** The tables of an address space that cover any of these pages, by address; one for each entry of the level above. */
export function tablesIn(m: Machine, mm: Mm, start: number, end: number): readonly PageTable[] {
  const { pmds, tables } = m.world;
  const isSpare = (t: PageTable): boolean => {
    const slot = pmds.of(t);
    return slot !== undefined && pmds.under(slot.pmdp)?.table !== t;
  };
  return tables
    .filter((t) => t.mm === mm && !isSpare(t) && t.start < end && t.start + t.entries.length > start)
    .sort((a, b) => a.start - b.start);
}

/**
 * The table below the upper entry of `home`: another one, if a fault has made it. Null where there is none and none is made; an
 * error, below 0. Where a race does not follow the level above: `home`. Lines of `apply_to_pmd_range`.
 */
export function* applyToPmdRange(
  m: Machine,
  home: PageTable,
  _closure: PfnRangeApply,
): Step<PageTable | number | null> {
  const slot = m.world.pmds.of(home);
  if (slot?.follows !== true) return home;
  if (yield* m.k.pmdNoneOrClearBad(slot.pmdp)) return null;
  const ptep = yield* m.k.pteOffsetKernel(yield* m.pmd.pmdpGet(slot.pmdp), home.start);
  return ptep?.table ?? null;
}

/**
 * Call `closure.ptefn` for every leaf entry of `size` bytes from `address`, table by table, each under its
 * page-table lock. Entries that are empty are visited too; where there is no table nothing is.
 *
 * Returns 0, or what the callback ended the walk with. Throws `RangeError` if `closure.mm` is not set.
 *
 * @kernel apply_to_pfn_range
 */
export function* applyToPfnRange(
  m: Machine,
  closure: PfnRangeApply,
  address: Vaddr,
  size: number,
): Step<number> {
  if (closure.mm === null) throw new RangeError('apply_to_pfn_range without an mm');
  const start = vpnOf(address);
  const end = vpnOf(address + size);
  let err = 0;
  for (const home of tablesIn(m, closure.mm, start, end)) {
    const token = yield* m.k.applyToPmdRange(home, closure);
    if (typeof token === 'number') return token;
    if (token === null) continue;
    yield* m.pteOffsetMapLock(token);
    for (const pte of token.entries) {
      if (err !== 0 || pte.vpn < start || pte.vpn >= end) continue;
      err = yield* closure.ptefn(pte, token, addrOf(pte.vpn));
    }
    yield* m.pteUnmapUnlock(token);
    if (err !== 0) break;
  }
  return err;
}
