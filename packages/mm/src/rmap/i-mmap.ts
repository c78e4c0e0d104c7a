/** Areas that join and leave the reverse map of a file. (mm/vma.c, mm/memory.c, Linux 6.12) */
import { type AddressSpace, addrOf, type Vma } from '@racewalk/core';
import { type Cell, read, type Step } from '@racewalk/core/step';
import type { Machine, World } from '@racewalk/machine';
import type { Folio } from '../folio-table.js';
import { ZAP_FLAG_DROP_MARKER, type ZapDetails } from '../memory/zap-details.js';
import type { MmuGather } from '../mmu_gather/mmu-gather.js';
import { listWord, setListed } from '../words.js';

/** Which areas a file's interval tree lists, a bit for each. */
interface IMmapState {
  iMmaps?: Map<AddressSpace, Cell>;
}

declare module '@racewalk/machine/kernel' {
  interface OsState extends IMmapState {}
}

/**
 * Areas of this file come and go: from here on the reverse map lists those that are linked. All that are there are at the
 * start, except `without`. Called by `setup`, after the areas. @kernel i_mmap
 */
export function intervalTree(w: World, mapping: AddressSpace, { without = [] as readonly Vma[] } = {}): void {
  const names = mapping.vmas.map((vma) => vma.table.name);
  const initial = mapping.vmas.reduce((all, vma, i) => (without.includes(vma) ? all : all | (1 << i)), 0);
  w.os.iMmaps ??= new Map();
  w.os.iMmaps.set(mapping, listWord(w, `areas of ${mapping.name}`, names, initial));
}

/** The list that the area may be on; null where the race does not follow that. */
const placeOf = (m: Machine, { mapping }: Vma) => {
  const list = mapping === null ? undefined : m.world.os.iMmaps?.get(mapping);
  return mapping === null || list === undefined ? null : { mapping, list };
};

/** Whether the reverse map lists the area; always, where the race does not follow that. The lock of the mapping is held. */
export function* vmaIsLinked(m: Machine, vma: Vma): Step<boolean> {
  const place = placeOf(m, vma);
  if (place === null) return true;
  const listed = yield* read(place.list, { text: `is ${vma.table.name} listed` });
  return (listed & (1 << place.mapping.vmas.indexOf(vma))) !== 0;
}

function* links(m: Machine, vma: Vma, listed: boolean, op: string): Step<void> {
  const place = placeOf(m, vma);
  if (place === null) return;
  const { mapping, list } = place;
  yield* m.k.iMmapLockWrite(mapping);
  yield* setListed(list, mapping.vmas.indexOf(vma), listed, { op, text: vma.table.name });
  yield* m.k.iMmapUnlockWrite(mapping);
}

/** The area joins the reverse map of its file. @kernel vma_link_file */
export function* vmaLinkFile(m: Machine, vma: Vma): Step<void> {
  yield* links(m, vma, true, 'vma_link_file');
}

/** It leaves: whoever walks the reverse map from here on does not find it. @kernel unlink_file_vma */
export function* unlinkFileVma(m: Machine, vma: Vma): Step<void> {
  yield* links(m, vma, false, 'unlink_file_vma');
}

/**
 * Take the pages of a file out of every area that maps it, and flush; what an area that is not listed has is not
 * touched. @kernel unmap_mapping_range
 */
export function* unmapMappingRange(
  m: Machine,
  mapping: AddressSpace,
  details: ZapDetails | null = null,
): Step<void> {
  yield* m.k.iMmapLockRead(mapping);
  for (const vma of mapping.vmas) {
    if (!(yield* m.k.vmaIsLinked(vma))) continue;
    const [start, size] = [addrOf(vma.start), addrOf(vma.end) - addrOf(vma.start)];
    yield* m.k.zapPageRangeSingle(vma, start, size, details);
  }
  yield* m.k.iMmapUnlockRead(mapping);
}

/** The same for one folio, which is locked; private copies of its pages stay. @kernel unmap_mapping_folio */
export function* unmapMappingFolio(m: Machine, mapping: AddressSpace, folio: Folio): Step<void> {
  const details = { evenCows: false, singleFolio: folio, zapFlags: ZAP_FLAG_DROP_MARKER };
  yield* m.k.unmapMappingRange(mapping, details);
}

/**
 * munmap: entries, then the area leaves the reverse map, then the tables and the flush. No lock of the mapping is
 * held over it all. @kernel unmap_region
 */
export function* unmapRegion(m: Machine, vma: Vma): Step<void> {
  const tlb: MmuGather = yield* m.k.tlbGatherMmu(vma.mm);
  yield* m.k.unmapPageRange(tlb, vma, vma.start, vma.end, null);
  yield* m.k.freePgtables(tlb, vma);
  yield* m.k.tlbFinishMmu(tlb);
}

/** Functions that others call by name. */
export const I_MMAP = {
  vmaIsLinked,
  vmaLinkFile,
  unlinkFileVma,
  unmapMappingRange,
  unmapMappingFolio,
  unmapRegion,
} as const;

type IMmapFunctions = typeof I_MMAP;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends IMmapFunctions {}
}
