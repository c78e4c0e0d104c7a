/** What the tests start from: one folio behind one block of entries, folded where that exists. */
import { addrOf, type Ptep, type Vma, type VmaFlags } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { Machine, MapSpec, World } from '@racewalk/machine';
import { linux } from '@racewalk/mm';

/** An area and its entries, one a page. */
export interface Mapping {
  readonly vma: Vma;
  readonly entries: readonly Ptep[];
}

/** Map one folio of `params.block` pages; `spec` says in which state. */
export function mapping(w: World, spec: MapSpec, flags: VmaFlags = {}): Mapping {
  const pages = typeof w.params.block === 'number' ? w.params.block : 4;
  const vma = w.vma({ pages, flags });
  linux(w).mapFolio(vma, linux(w).folio({ pages }), { folded: true, ...spec });
  return { vma, entries: vma.table.entries };
}

/** The page the kernel works on: the first. */
export const targetOf = (s: Mapping): Ptep => s.entries[0]!;

/** Its address. */
export const addrOfTarget = (s: Mapping): number => addrOf(targetOf(s).vpn);

/** Do something under the page-table lock. */
export function* locked<T>(m: Machine, s: Mapping, body: () => Step<T>): Step<T> {
  yield* m.pteOffsetMapLock(s.vma.table);
  const result = yield* body();
  yield* m.pteUnmapUnlock(s.vma.table);
  return result;
}
