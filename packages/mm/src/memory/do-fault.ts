/** Faults on empty entries of a file's mapping: the page comes from the page cache. (mm/memory.c, Linux 6.12) */
import { type AddressSpace, RacewalkError, type Vma, type Vpn } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { Frame, Machine, World } from '@racewalk/machine';
import type { Folio } from '../folio-table.js';
import type { VmFault } from './fault.js';
import { notUsed } from './spare-pages.js';

/** What the page caches have, by file. */
interface PageCacheState {
  pageCaches?: Map<AddressSpace, readonly Folio[]>;
}

declare module '@racewalk/machine/kernel' {
  interface OsState extends PageCacheState {}
}

/**
 * Page `i` of the file is in the cache as frame `i` of these folios: faults find them there from now on. Each has a reference of
 * the cache, which `FolioSpec.refcount` has to count. Called by `setup`.
 */
export function pageCache(w: World, mapping: AddressSpace, folios: readonly Folio[]): void {
  w.os.pageCaches ??= new Map();
  w.os.pageCaches.set(mapping, folios);
}

/** The cached page of an area's file at an address, or null. @kernel filemap_get_folio */
export function filemapGetFolio(m: Machine, vma: Vma, vpn: Vpn): Frame | null {
  if (vma.mapping === null) return null;
  const folios = m.world.os.pageCaches?.get(vma.mapping) ?? [];
  const frames = folios.flatMap((folio) => folio.frames);
  return frames[vma.pgoff + vpn - vma.start] ?? null;
}

/** A load, or a store to a shared mapping: the page of the cache is mapped. @kernel do_read_fault, do_shared_fault */
export function* doReadFault(m: Machine, vmf: VmFault, page: Frame): Step<void> {
  yield* m.k.folioGet(page);
  if (!(yield* m.k.finishFault(vmf, page, false))) yield* m.k.folioPut(page);
}

/** A store to a private mapping: a copy is mapped. @kernel do_cow_fault */
export function* doCowFault(m: Machine, vmf: VmFault, page: Frame): Step<void> {
  const copy = m.k.folioPrealloc();
  yield* m.k.folioGet(page);
  yield* m.k.copyUserHighpage(copy, page);
  if (!(yield* m.k.finishFault(vmf, copy, true))) notUsed(m, copy);
  yield* m.k.folioPut(page);
}

/** By access and area. @kernel do_fault */
export function* doFault(m: Machine, vmf: VmFault): Step<void> {
  const page = m.k.filemapGetFolio(vmf.vma, vmf.ptep.vpn);
  if (page === null) {
    throw new RacewalkError('RACEWALK_BAD_SCENARIO', `${vmf.ptep.name} has no page in the cache`, {
      expected: 'pageCache(world, mapping, folios) in the setup',
    });
  }
  if (vmf.access === 'store' && !vmf.vma.shared) yield* m.k.doCowFault(vmf, page);
  else yield* m.k.doReadFault(vmf, page);
}

/** Functions that others call by name. */
export const DO_FAULT = { filemapGetFolio, doReadFault, doCowFault, doFault } as const;

type DoFaultFunctions = typeof DO_FAULT;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends DoFaultFunctions {}
}
