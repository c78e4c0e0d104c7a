/** What a zap touches, by what its caller asks for: every combination. */
import { addrOf, defineArch, PTE_ZERO, type PteWord } from '@racewalk/core';

import { Machine, runAlone, World, wordEntries } from '@racewalk/machine';
import { followRss, linux, mmCounter, type ZapDetails } from '@racewalk/mm';
import { trackingSpec } from '@racewalk/toys';
import { describe, expect, it } from 'vitest';
import { ZAP_FLAG_DROP_MARKER, ZAP_FLAG_UNMAP } from '../src/memory/zap-details.js';

const arch = defineArch({
  ...trackingSpec,
  id: 'tracking',
  title: 'Toy with marks',
  capabilities: ['hwAccess', 'hwDirty', 'broadcastTlbi', 'uffdWp'],
});
const { swap, values: v } = arch;

/** Two pages; the first entry holds `first`, or maps a page. */
function area(file: boolean, first: ((pte: PteWord) => PteWord) | null = null, armed = false) {
  const w = new World(arch, { block: 1 }, [1], ['UAF']);
  linux(w);
  const vma = w.vma({ pages: 2, flags: { uffdWp: armed }, ...(file ? { mapping: w.addressSpace() } : {}) });
  const folio = linux(w).folio({ pages: 2 });
  linux(w).mapFolio(vma, folio, { young: true });
  const ptep = vma.table.entries[0]!;
  const old = w.entryIn((cell) => w.cells.cells[cell]?.initial ?? 0, ptep);
  if (first !== null) w.setInitial(ptep, first(old));
  followRss(w, vma.mm, 7);
  w.seal();
  const zap = (details: ZapDetails | null) => {
    const m = new Machine(w, 0, wordEntries(w));
    const { memory, faults } = runAlone(w.cells.cells, () =>
      m.k.zapPageRangeSingle(vma, addrOf(vma.start), addrOf(2), details),
    );
    const left = w.entryIn((cell) => memory[cell] ?? 0, ptep);
    const rss = memory[mmCounter(w, vma.mm) ?? -1];
    return { left, faults, rss, mapcount: memory[folio.mapcount], refcount: memory[folio.refcount] };
  };
  return { w, vma, folio, zap, pfn: folio.frames[0]!.pfn };
}

/** Nothing asked for; only pages of files; private copies, too. */
const DETAILS: readonly (readonly [string, ZapDetails | null, boolean])[] = [
  ['everything', null, true],
  ['what belongs to the file', {}, false],
  ['private copies, too', { evenCows: true }, true],
];

describe.each(DETAILS)('zap of %s', (_, details, cows) => {
  it.each([
    ['a page of a file', true, true],
    ['a page of no file', false, cows],
  ])('%s', (_what, file, goes) => {
    const end = area(file).zap(details);
    expect([v.pteNone(end.left), end.mapcount, end.refcount]).toEqual(goes ? [true, 0, 0] : [false, 2, 2]);
    expect(end.faults).toEqual([]);
  });

  const migration = (file: boolean) => {
    const s = area(file, () => swap.swpEntryToPte(swap.makeWritableMigrationEntry(0x40)));
    return v.pteNone(s.zap(details).left);
  };
  const swapped = (file: boolean) =>
    v.pteNone(area(file, () => swap.swpEntryToPte({ type: 1, offset: 0x10 })).zap(details).left);
  const device = (file: boolean) => {
    const s = area(file, (pte) => swap.swpEntryToPte(swap.makeReadableDeviceExclusiveEntry(v.ptePfn(pte))));
    return v.pteNone(s.zap(details).left);
  };

  it('entries that keep the place of a page go where the page would', () => {
    expect([migration(true), migration(false)]).toEqual([true, cows]);
    expect([device(true), device(false)]).toEqual([true, cows]);
    // A page in swap is a private one, whatever the area maps.
    expect([swapped(true), swapped(false)]).toEqual([cows, cows]);
  });
});

describe('a marker', () => {
  const marker = swap.makePteMarker(1);
  const left = (file: boolean, details: ZapDetails | null) => area(file, () => marker).zap(details).left;

  it('of a file goes only if its caller drops markers', () => {
    for (const details of [null, {}, { evenCows: true }, { zapFlags: ZAP_FLAG_UNMAP }]) {
      expect(left(true, details), JSON.stringify(details)).toBe(marker);
    }
    expect(left(true, { zapFlags: ZAP_FLAG_DROP_MARKER })).toBe(PTE_ZERO);
    expect(left(true, { zapFlags: ZAP_FLAG_DROP_MARKER | ZAP_FLAG_UNMAP })).toBe(PTE_ZERO);
  });

  it('of no file always goes', () => {
    for (const details of [null, {}, { evenCows: true }]) expect(left(false, details)).toBe(PTE_ZERO);
  });

  it('of a poisoned page goes with private copies, and leaves none of userfaultfd behind', () => {
    const poison = swap.makePteMarker(2);
    for (const file of [true, false]) {
      for (const [, details, cows] of DETAILS) {
        const { left } = area(file, () => poison, file).zap(details);
        expect(left, JSON.stringify([file, details])).toBe(cows ? PTE_ZERO : poison);
      }
    }
  });

  it('is left behind where the entry was armed, of a file, and nobody drops markers', () => {
    const wp = (pte: PteWord) => v.pteMkuffdWp(pte);
    const isMarker = (file: boolean, armed: boolean, details: ZapDetails | null) =>
      swap.isPteMarker(area(file, wp, armed).zap(details).left);
    expect(isMarker(true, true, null)).toBe(true);
    expect(isMarker(true, false, null)).toBe(false);
    expect(isMarker(false, true, null)).toBe(false);
    expect(isMarker(true, true, { zapFlags: ZAP_FLAG_DROP_MARKER })).toBe(false);
    expect(isMarker(true, true, { zapFlags: ZAP_FLAG_UNMAP })).toBe(true);
  });

  it('is left behind for a swap entry that was armed, and for no other', () => {
    const entry = swap.swpEntryToPte({ type: 1, offset: 0x10 });
    const isMarker = (pte: PteWord) => swap.isPteMarker(area(true, () => pte, true).zap(null).left);
    expect([isMarker(swap.pteSwpMkuffdWp(entry)), isMarker(entry)]).toEqual([true, false]);
  });
});

describe('the resident set', () => {
  it.each([
    ['two pages', false, null, 5],
    ['two pages of a file', true, null, 5],
    ['a page and one that is swapped out', false, () => swap.swpEntryToPte({ type: 1, offset: 0x10 }), 6],
    ['a page and one that moves', true, () => swap.swpEntryToPte(swap.makeWritableMigrationEntry(0x40)), 5],
    ['a page and nothing', false, () => PTE_ZERO, 6],
  ] as const)('loses what is zapped: %s', (_what, file, first, left) => {
    expect(area(file, first).zap(null).rss).toBe(left);
  });
});
