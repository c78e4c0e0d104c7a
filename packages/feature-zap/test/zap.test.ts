import { addrOf, PTE_ZERO, type PteWord } from '@racewalk/core';

import {
  FrameFlag,
  type FunctionTable,
  Machine,
  type Patch,
  runAlone,
  World,
  wordEntries,
} from '@racewalk/machine';
import { linux } from '@racewalk/mm';
import { describe, expect, it } from 'vitest';
import { broadcast } from './toy.js';

const { swap } = broadcast;

/** An area of four pages that maps one folio, all dirty; a file's unless `anon`. */
function area(spec: { readonly anon?: boolean; readonly patch?: Patch } = {}) {
  const { anon = true, patch } = spec;
  const w = new World(broadcast, { block: 1 }, [1], ['UAF']);
  linux(w);
  if (patch !== undefined) w.binder.replace(patch as FunctionTable);
  const vma = w.vma({ pages: 4, ...(anon ? {} : { mapping: w.addressSpace() }) });
  const folio = linux(w).folio({ pages: 4 });
  linux(w).mapFolio(vma, folio, { dirty: true, young: true });
  w.seal();
  const zap = () => {
    const m = new Machine(w, 0, wordEntries(w));
    return runAlone(w.cells.cells, () =>
      m.k.madviseDontneedSingleVma(vma, addrOf(vma.start), addrOf(vma.end)),
    );
  };
  const put = (i: number, pte: PteWord) => w.setInitial(vma.table.entries[i]!, pte);
  return { w, vma, folio, zap, put };
}

const count = (run: ReturnType<ReturnType<typeof area>['zap']>, what: RegExp) =>
  run.steps.filter((s) => what.test(s.op.label)).length;

describe('zap_present_ptes', () => {
  it('takes the pages of a large folio at once, and the last reference frees all of them', () => {
    const { folio, zap } = area();
    const run = zap();
    expect([run.memory[folio.mapcount], run.memory[folio.refcount]]).toEqual([0, 0]);
    expect(count(run, /folio_remove_rmap_ptes/)).toBe(1);
    expect(folio.frames.every((f) => ((run.memory[f.cell] ?? 0) & FrameFlag.FREED) !== 0)).toBe(true);
    expect(run.faults).toEqual([]);
  });

  it('begins anew behind an entry that interrupts the run', () => {
    const { folio, zap, put } = area();
    put(1, PTE_ZERO);
    const run = zap();
    expect(run.memory[folio.mapcount]).toBe(1);
    expect(count(run, /folio_remove_rmap_pte/)).toBe(2);
  });

  it('flushes under the lock and comes back where the gather is full', () => {
    const patch: Patch = {
      __tlbRemoveFolioPages(_m, tlb, page, nr, delayRmap) {
        tlb.pages.push({ page, nr, delayRmap });
        return true;
      },
    };
    const { vma, folio, zap, put } = area({ patch });
    put(1, PTE_ZERO);
    const run = zap();
    expect(vma.table.entries.every((p) => run.memory[p.cell] === PTE_ZERO.id)).toBe(true);
    expect(run.memory[folio.refcount]).toBe(1);
    expect(count(run, /pte_offset_map_lock|^lock ptl/)).toBe(2);
    expect(count(run, /^dsb$/)).toBe(2);
  });
});

describe('zap_nonpresent_ptes', () => {
  const left = (anon: boolean, pte: PteWord): boolean => {
    const { vma, zap, put } = area({ anon });
    put(0, pte);
    return zap().memory[vma.table.entries[0]!.cell] !== PTE_ZERO.id;
  };

  it('empties swap and migration entries', () => {
    expect(left(true, swap.swpEntryToPte({ type: 1, offset: 0x10 }))).toBe(false);
    expect(left(true, swap.swpEntryToPte(swap.makeWritableMigrationEntry(0x40)))).toBe(false);
  });

  it('leaves markers of files, and takes those of anonymous memory', () => {
    const marker = swap.makePteMarker(1);
    expect([left(true, marker), left(false, marker)]).toEqual([false, true]);
  });

  it('gives back the reference that a device-exclusive entry has', () => {
    const { folio, zap, put } = area();
    put(0, swap.swpEntryToPte(swap.makeWritableDeviceExclusiveEntry(folio.frames[0]!.pfn)));
    const run = zap();
    expect([run.memory[folio.mapcount], run.memory[folio.refcount]]).toEqual([1, 0]);
  });
});
