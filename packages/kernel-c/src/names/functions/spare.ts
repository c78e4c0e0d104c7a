/** Pages that C code has allocated and not mapped yet: given back, they may be allocated again. */
import type { Machine } from '@racewalk/machine';
import { type Folio, notUsed } from '@racewalk/mm';

/** By agent: one that starts anew is another machine. */
const fresh = new WeakMap<Machine, Set<Folio>>();

const freshOf = (m: Machine): Set<Folio> => {
  const known = fresh.get(m) ?? new Set<Folio>();
  fresh.set(m, known);
  return known;
};

/** Allocate a page that the race has set aside. */
export function allocate(m: Machine): Folio {
  const { folio } = m.k.folioPrealloc();
  freshOf(m).add(folio);
  return folio;
}

/** The page is mapped from here on. */
export const mapped = (m: Machine, folio: Folio): void => {
  freshOf(m).delete(folio);
};

/** Give back a page that was never mapped; false if it is none. */
export function giveBack(m: Machine, folio: Folio): boolean {
  const [page] = folio.frames;
  if (page === undefined || !freshOf(m).delete(folio)) return false;
  notUsed(m, page);
  return true;
}
