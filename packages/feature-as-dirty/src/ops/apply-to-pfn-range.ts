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
  /** Whether missing tables are made. The model has no upper levels to make them in: never. */
  readonly alloc: 0;
  readonly ptefn: PterFn;
}

/** The tables of an address space that cover any of these pages, by address. */
export function tablesIn(m: Machine, mm: Mm, start: number, end: number): readonly PageTable[] {
  return m.world.tables
    .filter((t) => t.mm === mm && t.start < end && t.start + t.entries.length > start)
    .sort((a, b) => a.start - b.start);
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
  for (const token of tablesIn(m, closure.mm, start, end)) {
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
