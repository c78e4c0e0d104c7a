/** Tests of a folio's counts and flags. (include/linux/mm.h, page_ref.h, page-flags.h) */
import type { InvariantCode } from '@racewalk/core';
import { atomic, cmpxchg, read, type Step } from '@racewalk/core/step';
import type { Machine } from '@racewalk/machine';
import type { Folio } from '../folio-table.js';
import { FolioFlag } from '../page-flags.js';

/** @kernel folio_ref_count */
export function* folioRefCount(_m: Machine, folio: Folio): Step<number> {
  return yield* read(folio.refcount, { op: 'folio_ref_count', text: folio.name }, (o) => `→ ${o.result}`);
}

/** @kernel folio_mapcount */
export function* folioMapcount(_m: Machine, folio: Folio): Step<number> {
  return yield* read(folio.mapcount, { op: 'folio_mapcount', text: folio.name }, (o) => `→ ${o.result}`);
}

/** @kernel folio_mapped */
export function* folioMapped(m: Machine, folio: Folio): Step<boolean> {
  return (yield* m.k.folioMapcount(folio)) >= 1;
}

/** @kernel folio_test_dirty */
export function* folioTestDirty(_m: Machine, folio: Folio): Step<boolean> {
  const show = (o: { readonly result: number }) => (o.result & FolioFlag.DIRTY ? '→ yes' : '→ no');
  return (
    ((yield* read(folio.flags, { op: 'folio_test_dirty', text: folio.name }, show)) & FolioFlag.DIRTY) !== 0
  );
}

/** Take the last references, if `expected` are all there are. @kernel folio_ref_freeze */
export function* folioRefFreeze(_m: Machine, folio: Folio, expected: number): Step<boolean> {
  const label = { op: 'folio_ref_freeze', text: folio.name };
  const show = (o: { readonly result: number }) => (o.result === expected ? '= 0' : `failed → ${o.result}`);
  return (yield* cmpxchg(folio.refcount, expected, 0, label, show)) === expected;
}

/** Report `code` if the folio is still mapped: the caller has just unmapped it. */
export function* expectNotMapped(folio: Folio, code: InvariantCode, what: string): Step<void> {
  const { mapcount } = folio;
  yield* atomic(
    [mapcount],
    (mem, base, faults) => {
      const left = mem[base + mapcount] ?? 0;
      if (left !== 0) faults.fail(code, `${what}, and ${folio.name} is still mapped (${left})`);
      return left;
    },
    { text: `${folio.name} is mapped nowhere`, does: 'observe' },
    { locked: false },
  );
}

/** Functions that others call by name. */
export const FOLIO_COUNTS = {
  folioRefCount,
  folioMapcount,
  folioMapped,
  folioTestDirty,
  folioRefFreeze,
} as const;

type FolioCountFunctions = typeof FOLIO_COUNTS;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends FolioCountFunctions {}
}
