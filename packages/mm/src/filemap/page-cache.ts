/** Pages of files that are in memory. (mm/filemap.c, Linux 6.12) */
import type { AddressSpace, Vma, Vpn } from '@racewalk/core';
import { type Cell, read, type Step, write } from '@racewalk/core/step';
import type { Frame, Machine, StepView, World } from '@racewalk/machine';
import type { Folio } from '../folio-table.js';
import type { VmFault } from '../memory/vm-fault.js';

/** What is in memory of one file. */
interface PageCache {
  readonly folios: readonly Folio[];
  /** By folio: 1 while it is part of the file. Empty if nobody takes pages away. */
  readonly mappings: ReadonlyMap<Folio, Cell>;
}

interface PageCacheState {
  pageCaches?: Map<AddressSpace, PageCache>;
}

declare module '@racewalk/machine/kernel' {
  interface OsState extends PageCacheState {}
}

/**
 * Page `i` of the file is in the cache as frame `i` of these folios: faults find them there from now on. Each has a reference of
 * the cache, which `FolioSpec.refcount` has to count. `leave`: pages may leave the cache (`truncateInodePagesRange`), so that
 * faults lock them and look again. Called by `setup`.
 */
export function pageCache(
  w: World,
  mapping: AddressSpace,
  folios: readonly Folio[],
  { leave = false }: { readonly leave?: boolean } = {},
): void {
  const word = (folio: Folio): [Folio, Cell] => [folio, w.word(`${folio.name}.mapping`, 1)];
  w.os.pageCaches ??= new Map();
  w.os.pageCaches.set(mapping, { folios, mappings: new Map(leave ? folios.map(word) : []) });
}

/** The folios that a file had in the cache at the start. */
export const cachedFolios = (w: World, mapping: AddressSpace): readonly Folio[] =>
  w.os.pageCaches?.get(mapping)?.folios ?? [];

/** The page that the cache had at the start for this address of an area, or null. */
export function cachedPage(w: World, vma: Vma, vpn: Vpn): Frame | null {
  if (vma.mapping === null) return null;
  const frames = cachedFolios(w, vma.mapping).flatMap((folio) => folio.frames);
  return frames[vma.pgoff + vpn - vma.start] ?? null;
}

/** The word that says whether the folio is part of its file; undefined where no page leaves. */
function wordOf(w: World, folio: Folio): Cell | undefined {
  for (const { mappings } of w.os.pageCaches?.values() ?? []) {
    const word = mappings.get(folio);
    if (word !== undefined) return word;
  }
  return undefined;
}

/** Whether the folio is still part of its file, for an observer or `finally`. */
export function inPageCache(w: World, view: StepView, folio: Folio): boolean {
  const word = wordOf(w, folio);
  return word === undefined || view.get(word) === 1;
}

/** Whether the folio is still part of its file; takes no step where pages stay. @kernel folio->mapping */
export function* folioHasMapping(m: Machine, folio: Folio): Step<boolean> {
  const word = wordOf(m.world, folio);
  return word === undefined || (yield* read(word, { op: 'folio->mapping', text: folio.name })) === 1;
}

/** The cached page at this address, with a reference; null if there is none. @kernel filemap_get_folio */
export function* filemapGetFolio(m: Machine, vma: Vma, vpn: Vpn): Step<Frame | null> {
  const page = cachedPage(m.world, vma, vpn);
  if (page === null || !(yield* m.k.folioHasMapping(page.folio))) return null;
  if (wordOf(m.world, page.folio) === undefined) {
    yield* m.k.folioGet(page);
    return page;
  }
  // Whoever takes it out of the cache drops the reference of the cache only after that: where there is no reference to be had,
  // a second look finds nothing.
  if (!(yield* m.k.getPageUnlessZero(page))) return null;
  if (yield* m.k.folioHasMapping(page.folio)) return page;
  yield* m.k.folioPut(page);
  return null;
}

/**
 * The page for a fault, with a reference and, where pages may leave the cache, locked; null beyond the end of the file.
 * @kernel filemap_fault
 */
export function* filemapFault(m: Machine, { vma, ptep }: VmFault): Step<Frame | null> {
  const page = yield* m.k.filemapGetFolio(vma, ptep.vpn);
  if (page === null || wordOf(m.world, page.folio) === undefined) return page;
  yield* m.k.lockPage(page);
  // Truncation holds the lock of the page as well: it has been here and gone, or it waits until the page is mapped.
  if (yield* m.k.folioHasMapping(page.folio)) return page;
  yield* m.k.unlockPage(page);
  yield* m.k.folioPut(page);
  return null;
}

/** The lock that {@link filemapFault} returned with. */
export function* unlockFaulted(m: Machine, page: Frame): Step<void> {
  if (wordOf(m.world, page.folio) !== undefined) yield* m.k.unlockPage(page);
}

/** Take a locked folio out of the cache, with the cache's reference. @kernel filemap_remove_folio */
export function* filemapRemoveFolio(m: Machine, folio: Folio): Step<void> {
  const [[page], word] = [folio.frames, wordOf(m.world, folio)];
  if (page === undefined || word === undefined) return;
  yield* write(word, 0, { op: 'filemap_remove_folio', text: folio.name });
  yield* m.k.folioPut(page);
}

/** Functions that others call by name. */
export const PAGE_CACHE = { folioHasMapping, filemapGetFolio, filemapFault, filemapRemoveFolio } as const;

type PageCacheFunctions = typeof PAGE_CACHE;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends PageCacheFunctions {}
}
