/** What the races start from. */
import { type AddressSpace, type Mm, type Ptep, RacewalkError, type Vma } from '@racewalk/core';
import type { Ptdesc, UpperSpec, World } from '@racewalk/machine';
import { type Folio, linux, upperLevel } from '@racewalk/mm';

/** CPU of the lockless walker; interrupts and RCU are followed there. */
export const WALKER_CPU = 2;

/** An area, and the upper-level entry above it. */
export interface Area {
  readonly vma: Vma;
  readonly slot: Ptdesc;
  readonly pmdp: Ptep;
}

/** How an area is set up. */
export interface AreaSpec extends UpperSpec {
  readonly name?: string;
  readonly mm?: Mm;
  readonly mapping?: AddressSpace;
  readonly write?: boolean;
}

/** Pages of the model's huge page: the parameter `pages`. */
export function pagesIn(w: World): number {
  const { pages } = w.params;
  return typeof pages === 'number' ? pages : 2;
}

/** An area with a level above it. */
export function area(w: World, { name, mm, mapping, write = true, ...spec }: AreaSpec = {}): Area {
  linux(w);
  const vma = w.vma({
    pages: pagesIn(w),
    prot: { read: true, write },
    ...(name === undefined ? {} : { name }),
    ...(mm === undefined ? {} : { mm }),
    ...(mapping === undefined ? {} : { mapping, shared: true }),
  });
  const slot = upperLevel(w, vma, spec);
  return { vma, slot, pmdp: slot.pmdp };
}

/** An anonymous area that one huge page maps; its table is put aside. */
export interface HugeArea extends Area {
  readonly huge: Folio;
}

/** Map a huge page: young, writable if `write`, clean unless `dirty`. */
export function hugeArea(w: World, dirty = false, write = true): HugeArea {
  const made = area(w, { leads: 'none' });
  const huge = linux(w).folio({ name: 'huge', pages: pagesIn(w), huge: true });
  linux(w).mapFolio(made.vma, huge, { huge: true, dirty, write, young: true });
  return { ...made, huge };
}

/** A member of a list that the setup has made. */
export function first<T>(list: readonly T[]): T {
  const [one] = list;
  if (one === undefined) throw new RacewalkError('RACEWALK_OUTSIDE', 'an empty list has no first member');
  return one;
}
