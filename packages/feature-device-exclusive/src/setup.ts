/** What the races start from: one anonymous page of one process, and a device. */

import { type Mm, type Ptep, ptepOf, type Vma, type VmaFlags } from '@racewalk/core';
import {
  cellsOf,
  Device,
  type Frame,
  type MapSpec,
  type StartOp,
  type StepView,
  type World,
} from '@racewalk/machine';
import { anonymousStore, linux, PageFlag, type Place, type PlacesOf } from '@racewalk/mm';
import { letGo, makeRange, mapPage } from './agents/driver.js';

/** An area of one page and the device that works on it. */
export interface Setup {
  readonly vma: Vma;
  readonly ptep: Ptep;
  readonly page: Frame;
  readonly gpu: Device;
  readonly place: Place;
  readonly rmap: PlacesOf;
}

/** In which state the page starts. */
export interface SetupSpec {
  /** Who has the page: the process, nobody (an entry is left over), or the device. */
  readonly has: 'process' | 'entry' | 'device';
  /** How the process maps it. Default writable, dirty and young. */
  readonly map?: MapSpec;
  /** Pages of the area. Default 1; the page is the first. */
  readonly pages?: number;
  readonly flags?: VmaFlags;
}

/** A new anonymous page that `vma` has at its start, in one of the three states. */
export function setup(w: World, spec: SetupSpec): Setup {
  const vma = w.vma({ pages: spec.pages ?? 1, ...(spec.flags === undefined ? {} : { flags: spec.flags }) });
  const mapped = spec.has === 'process';
  // The reference belongs to whatever stands in the entry; only a mapping counts as one.
  // Making a page exclusive marks it dirty and used first, whatever its entry says.
  const frameFlags = mapped ? PageFlag.ANON : PageFlag.ANON | PageFlag.DIRTY | PageFlag.ACCESSED;
  const folio = linux(w).folio({ pages: 1, refcount: 1, mapcount: mapped ? 1 : 0, frameFlags });
  const page = folio.frames[0]!;
  const ptep = ptepOf(vma, vma.start);
  if (mapped) linux(w).mapFolio(vma, folio, { dirty: true, young: true, ...spec.map });
  else setExclusive(w, ptep, page);
  const gpu = new Device(w, vma);
  if (spec.has === 'device') gpu.startsWith(0, page, { write: true, exclusive: true });
  const place = { vma, address: vma.start };
  const s = { vma, ptep, page, gpu, place, rmap: onlyAt(place) };
  if (!mapped)
    w.startOps.push(
      anonymousStore({ vma, ptep, frames: [page], marks: false }),
      makesExclusive(s, spec.has === 'device'),
    );
  return s;
}

/** How a device came to its page, or only to the entry: then its driver gave up between the two. */
const makesExclusive = (s: Setup, maps: boolean): StartOp => ({
  name: maps ? 'dmirror_exclusive' : 'make_device_exclusive_range',
  *run(m) {
    const page = yield* makeRange(m, s);
    if (page === null) return;
    if (maps) yield* mapPage(m, s, page, null);
    yield* letGo(m, page);
  },
});

/** Let an entry start as a writable device-exclusive one. */
export function setExclusive(w: World, ptep: Ptep, page: Frame): void {
  const { swap } = w.arch;
  const pte = swap.swpEntryToPte(swap.makeWritableDeviceExclusiveEntry(page.pfn));
  // The mapping was made by a store, and the entry keeps its mark.
  w.setInitial(ptep, w.arch.has('softDirty') ? swap.pteSwpMksoftDirty(pte) : pte);
}

/** A reverse map that never changes. */
export function onlyAt(...places: readonly Place[]): PlacesOf {
  // biome-ignore lint/correctness/useYield: the answer is known without a look at memory
  return function* () {
    return places;
  };
}

/** A page that is not used yet: reference 1, no mapping. */
export function sparePage(w: World): Frame {
  return linux(w).folio({ pages: 1, refcount: 1, mapcount: 0 }).frames[0]!;
}

/** Let writable device-exclusive entries count as what remembers the stores of a device. */
export function entriesRemember(w: World): void {
  const { swap } = w.arch;
  const entries = w.tables.flatMap((t) => t.entries);
  w.dirtyRecords.push({
    cellsFor: () => entries.flatMap(cellsOf),
    knows: (s, frame) =>
      entries.some((ptep) => {
        const pte = w.entryIn((c) => s.get(c), ptep);
        if (!swap.isSwapPte(pte)) return false;
        const entry = swap.pteToSwpEntry(pte);
        return swap.isWritableDeviceExclusiveEntry(entry) && entry.offset === frame.pfn;
      }),
  });
}

/** How often entries (of one address space, or of all) map a page, and how often they keep its place. */
export function usesOf(w: World, view: StepView, page: Frame, mm?: Mm): { mapped: number; kept: number } {
  const { values: v, swap } = w.arch;
  let [mapped, kept] = [0, 0];
  for (const table of w.tables) {
    if (mm !== undefined && table.mm !== mm) continue;
    for (const ptep of table.entries) {
      const pte = w.entryIn((c) => view.get(c), ptep);
      if (v.ptePresent(pte)) mapped += v.ptePfn(pte) === page.pfn ? 1 : 0;
      else if (swap.isSwapPte(pte)) {
        const entry = swap.pteToSwpEntry(pte);
        kept += swap.isDeviceExclusiveEntry(entry) && entry.offset === page.pfn ? 1 : 0;
      }
    }
  }
  return { mapped, kept };
}
