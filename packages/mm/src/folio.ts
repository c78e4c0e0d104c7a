/**
 * What the kernel does to pages and folios, as steps.
 */

import { type AtomicBody, atomic, or, type Step } from '@racewalk/core/step';
import { type DirtyRecord, type Frame, FrameFlag, type Machine, MemoryView } from '@racewalk/machine';
import type { Folio } from './folio-table.js';
import { FolioFlag, PageFlag } from './page-flags.js';
import { addTo } from './words.js';

/** Page and folio flags remember stores. */
export const PAGE_FLAGS: DirtyRecord = Object.freeze<DirtyRecord>({
  cellsFor: (frame) => [frame.cell, frame.folio.flags],
  knows: (s, { cell, folio }) =>
    (s.get(cell) & PageFlag.DIRTY) !== 0 || (s.get(folio.flags) & FolioFlag.DIRTY) !== 0,
});

/** Remember that this page was written. Other pages of its folio are not told. @kernel SetPageDirty */
export function* setPageDirty(_m: Machine, frame: Frame): Step<void> {
  yield* or(frame.cell, PageFlag.DIRTY, { op: 'SetPageDirty', text: frame.name });
}

/** Remember that the folio was written, as a whole. @kernel folio_mark_dirty */
export function* folioMarkDirty(_m: Machine, folio: Folio): Step<void> {
  yield* or(folio.flags, FolioFlag.DIRTY, { op: 'folio_mark_dirty', text: folio.name });
}

/** Note an access to this page. @kernel mark_page_accessed */
export function* markPageAccessed(_m: Machine, frame: Frame): Step<void> {
  yield* or(frame.cell, PageFlag.ACCESSED, { op: 'mark_page_accessed', text: frame.name });
}

/**
 * `nr` pages of a folio from `page` on are mapped once less. From here on the kernel may treat them as clean,
 * so observers check that every store to them is still remembered. @kernel folio_remove_rmap_ptes
 */
export function* folioRemoveRmapPtes(m: Machine, folio: Folio, page: Frame, nr: number): Step<void> {
  const first = folio.frames.indexOf(page);
  const pages = folio.frames.slice(first, first + nr);
  yield* forgetMapping(m, folio, pages, nr, {
    op: nr === 1 ? 'folio_remove_rmap_pte' : 'folio_remove_rmap_ptes',
    text: nr === 1 ? page.name : `${page.name} (${nr})`,
  });
}

/** The map count falls by `nr`; from here on these pages count as clean, so far as nothing remembers a store. */
export function* forgetMapping(
  m: Machine,
  folio: Folio,
  pages: readonly Frame[],
  nr: number,
  note: { readonly op: string; readonly text: string },
): Step<void> {
  const { world } = m;
  const { mapcount } = folio;
  const watching = world.observers.filter((o) => o.unmapped !== undefined);
  const view = new MemoryView();
  const counted = world.watches('RMAP');
  const run: AtomicBody = (mem, base, faults) => {
    view.at(mem, base);
    const left = view.get(mapcount) - nr;
    if (counted && left < 0) faults.fail('RMAP', `the map count of ${folio.name} falls to ${left}`);
    view.set(mapcount, left);
    for (const o of watching) for (const frame of pages) o.unmapped?.(view, frame, faults);
    return 0;
  };
  const looks = watching.flatMap((o) => pages.flatMap((frame) => o.unmappedCells?.(frame) ?? []));
  yield* atomic([...new Set([mapcount, ...looks])], run, { ...note, on: [mapcount] });
}

/** One page is mapped once less. @kernel folio_remove_rmap_pte */
export function* folioRemoveRmapPte(m: Machine, frame: Frame): Step<void> {
  yield* m.k.folioRemoveRmapPtes(frame.folio, frame, 1);
}

/** One mapping more. @kernel folio_add_anon_rmap_ptes, folio_add_file_rmap_ptes */
export function* folioAddRmap(_m: Machine, folio: Folio, nr = 1): Step<number> {
  return yield* addTo(folio.mapcount, nr, { op: 'folio_add_rmap', text: `${folio.name} (${nr})` });
}

/** Take references. @kernel folio_ref_add */
export function* folioRefAdd(_m: Machine, folio: Folio, nr = 1): Step<number> {
  return yield* addTo(folio.refcount, nr, { op: 'folio_ref_add', text: `${folio.name} (${nr})` });
}

/** Drop references; returns how many are left. A caller that gets 0 frees the folio. @kernel folio_put_refs */
export function* folioPutRefs(m: Machine, folio: Folio, nr = 1): Step<number> {
  const { refcount, name } = folio;
  const watched = m.world.watches('UAF');
  const run: AtomicBody = (mem, base, faults) => {
    const left = (mem[base + refcount] ?? 0) - nr;
    if (watched && left < 0) faults.fail('UAF', `the reference count of ${name} falls to ${left}`);
    mem[base + refcount] = left;
    return left;
  };
  const note = { op: 'folio_put_refs', text: `${name} (${nr})` };
  return yield* atomic([refcount], run, note, { show: (o) => `= ${o.result}` });
}

/** Return a frame to the allocator. Observers check that no agent can still reach it. */
export function* freePage(m: Machine, frame: Frame): Step<void> {
  const { world } = m;
  const view = new MemoryView();
  const run: AtomicBody = (mem, base, faults) => {
    view.at(mem, base);
    for (const o of world.observers) o.free?.(view, frame, faults);
    view.set(frame.cell, view.get(frame.cell) | FrameFlag.FREED);
    return 0;
  };
  const looks = world.observers.flatMap((o) => o.freeCells?.() ?? []);
  const note = { text: `free ${frame.name}`, does: 'free', on: [frame.cell] } as const;
  yield* atomic([frame.cell, ...world.tlbs.all(), ...looks], run, note);
}

/** Functions that others call by name. */
export const FOLIO = {
  setPageDirty,
  folioMarkDirty,
  markPageAccessed,
  folioRemoveRmapPtes,
  folioRemoveRmapPte,
  folioAddRmap,
  folioRefAdd,
  folioPutRefs,
} as const;

type FolioFunctions = typeof FOLIO;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends FolioFunctions {}
}
