/** The rows of the grid, and which of them are there first. */
import { useEffect, useState } from 'preact/hooks';
import { familyOf, type VariantInfo } from '../data/matrix.js';
import { lookOf } from './cell-look.js';
import type { ShownRace } from './filter.js';

export type Row =
  | {
      readonly kind: 'family';
      readonly family: string;
      readonly races: number;
      readonly variants: number;
      /** Variants that break as they must, by column. */
      readonly caught: readonly number[];
      readonly open: boolean;
    }
  | { readonly kind: 'race'; readonly shown: ShownRace; readonly open: boolean }
  | { readonly kind: 'variant'; readonly shown: ShownRace; readonly variant: VariantInfo };

/** A race that is open is followed by its variants. */
export function rowsOf(
  shown: readonly ShownRace[],
  open: ReadonlySet<string>,
  closed: ReadonlySet<string>,
): Row[] {
  const rows: Row[] = [];
  let family = '';
  for (const one of shown) {
    const own = familyOf(one.race.id);
    if (own !== family) {
      family = own;
      const members = shown.filter(({ race }) => familyOf(race.id) === own);
      const others = members.flatMap((m) => m.variants.filter(({ name }) => name !== 'upstream'));
      const caught = (members[0]?.race.variants[0]?.cells ?? []).map(
        (_, column) => others.filter(({ cells }) => lookOf(cells[column] ?? null) === 'v').length,
      );
      const variants = others.length;
      const isOpen = !closed.has(own);
      rows.push({ kind: 'family', family: own, races: members.length, variants, caught, open: isOpen });
    }
    if (closed.has(own)) continue;
    const isOpen = open.has(one.race.id);
    rows.push({ kind: 'race', shown: one, open: isOpen });
    if (!isOpen) continue;
    for (const variant of one.variants) {
      // The row of the race is its upstream.
      if (variant.name !== 'upstream') rows.push({ kind: 'variant', shown: one, variant });
    }
  }
  return rows;
}

export const keyOf = (row: Row): string => {
  if (row.kind === 'family') return row.family;
  return row.kind === 'race' ? row.shown.race.id : `${row.shown.race.id} ${row.variant.name}`;
};

/** Rows that a screen shows at once. */
const SCREEN = 48;
/** Rows that are added whenever nothing else is to be done. */
const MORE = 40;

const soon = (task: () => void): (() => void) => {
  if (typeof requestIdleCallback !== 'function') {
    const timer = setTimeout(task, 30);
    return () => clearTimeout(timer);
  }
  const idle = requestIdleCallback(task, { timeout: 200 });
  return () => cancelIdleCallback(idle);
};

/**
 * How many rows are there: a screenful at once, so that the page can be used, then the others as there is time. In the end all
 * are there: the browser's own search finds them, and a screen reader walks them.
 */
export function useGrowing(rows: number, least: number): [number, () => void] {
  const [grown, setGrown] = useState(SCREEN);
  const there = Math.min(rows, Math.max(grown, least + MORE));
  useEffect(() => (there < rows ? soon(() => setGrown(there + MORE)) : undefined), [there, rows]);
  return [there, () => setGrown(rows)];
}
