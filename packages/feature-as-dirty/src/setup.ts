/** What the tests start from: memory of a device, its address_space, the areas that map it, its bitmap. */
import type { AddressSpace, Vma } from '@racewalk/core';
import type { Cell } from '@racewalk/core/step';
import type { Frame, MapSpec, World } from '@racewalk/machine';
import { type Bitmap, bitmapRecord, type Folio, linux, makeBitmap } from '@racewalk/mm';
import { AS_DIRTY_HELPERS } from './ops/as-dirty-helpers.js';

/** A device as its driver sees it. Page `i` of the address_space is page `i` of `memory` and bit `i`. */
export interface Device {
  readonly mapping: AddressSpace;
  /** Areas that map it: shared, writable, I/O. */
  readonly vmas: readonly Vma[];
  /** The first of them. */
  readonly vma: Vma;
  readonly memory: Folio;
  /** Which pages the driver still has to act on. */
  readonly bitmap: Bitmap;
  /** The driver's own lock: around its operation, and in `mkwrite`. */
  readonly external: Cell;
}

/** Number of entries in a block, as the parameter `block` of the run says. */
export function blockPages(w: World): number {
  return typeof w.params.block === 'number' ? w.params.block : 4;
}

/** One area of a device. */
export interface AreaSpec extends MapSpec {
  /** First page of the address_space it maps. Default 0. */
  readonly pgoff?: number;
  /** Number of pages. Default all of them. */
  readonly pages?: number;
  /** In an address space of its own. */
  readonly ownMm?: boolean;
}

/** How a device differs from one page, mapped once, writable and clean. */
export interface DeviceSpec {
  readonly pages?: number;
  readonly areas?: readonly AreaSpec[];
  readonly frameFlags?: number;
  /** Pages that areas outside the address_space map as well. Default none. */
  readonly foreign?: number;
  /** Follow what the pages hold. */
  readonly contents?: boolean;
}

/** Build a device and map it. */
export function makeDevice(w: World, spec: DeviceSpec = {}): Device {
  w.binder.add(AS_DIRTY_HELPERS);
  const { pages = 1, areas = [{}], frameFlags = 0, foreign = 0 } = spec;
  const mappedIn = (area: AreaSpec): number => area.pages ?? pages - (area.pgoff ?? 0);
  const mapping = w.addressSpace();
  const memory = linux(w).folio({
    name: 'memory',
    pages,
    frameFlags,
    mapcount: areas.reduce((sum, area) => sum + mappedIn(area), foreign),
    ...(spec.contents === true ? { contents: memoryOf(pages) } : {}),
  });
  const bitmap = makeBitmap(w, 'bitmap', pages);
  w.dirtyRecords.push(bitmapRecord(bitmap, (frame) => (frame.folio === memory ? frame.index : -1)));
  const vmas = areas.map((area): Vma => {
    const { pgoff = 0, ownMm = false } = area;
    const mapped = mappedIn(area);
    const flags = { io: true };
    const mm = ownMm && w.mms.length > 0 ? { mm: w.mm() } : {};
    const vma = w.vma({ pages: mapped, pgoff, mapping, shared: true, flags, ...mm });
    linux(w).mapFolio(vma, memory, { young: true, ...area, from: pgoff, pages: mapped });
    return vma;
  });
  const [vma] = vmas;
  if (vma === undefined) throw new RangeError('a device without an area');
  return { mapping, vmas, vma, memory, bitmap, external: w.lock('external') };
}

const memoryOf = (pages: number): number[] => Array.from({ length: pages }, () => 0);

/** Page `i` of the device. */
export function frameOf(s: Pick<Device, 'memory'>, i: number): Frame {
  const frame = s.memory.frames[i];
  if (frame === undefined) throw new RangeError(`the device has no page ${i}`);
  return frame;
}
