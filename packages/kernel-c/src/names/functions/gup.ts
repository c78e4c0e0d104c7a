/** The leaf level of GUP without a lock. */
import {
  addrOf,
  PAGE_SIZE,
  type PageTable,
  type Ptep,
  type PteWord,
  ptepOf,
  type Vma,
  vpnOf,
} from '@racewalk/core';
import { type Frame, type Machine, reachTable } from '@racewalk/machine';
import { pinned } from '@racewalk/mm';
import { number } from '../../run/numbers.js';
import { ElementRef, isPtep, type Value } from '../../run/objects.js';
import type { Thread } from '../../run/thread.js';
import { asEntry, asFrame, asPtep } from '../cast.js';
import { exchanged, type Helper, pureHelper, stepHelper } from '../helper.js';
import { upperFrom } from './upper.js';
import { headOf, yes } from './values.js';

/** The table whose entries an agent walks without a lock: which address space it is of is not in the kernel's arguments. */
const walked = new WeakMap<Machine, PageTable>();

/** The entry of an address in the table that a value leads to, where the level above is followed, or in that of its area. */
function entryOf(th: Thread, pmd: PteWord | null, addr: number): Ptep {
  const { world } = th.m;
  const led = pmd === null ? undefined : world.pmds.ledBy(pmd);
  const vpn = vpnOf(addr);
  const own = walked.get(th.m)?.entries.find((ptep) => ptep.vpn === vpn);
  if (led === undefined && own !== undefined) return own;
  const area = world.vmas.find((vma: Vma) => vma.start <= vpn && vpn < vma.end);
  if (area === undefined)
    throw th.error(
      'no area of the race has this address',
      'use the address that the race hands in, or map more pages',
    );
  const usual = ptepOf(area, vpn);
  return led?.table.entries[usual.index] ?? usual;
}

/** The value that a pointer to an upper-level entry has, if it is a copy of the caller's. */
function copyOf(p: Value | undefined): PteWord | null {
  if (p === null || p === undefined || isPtep(p)) return null;
  const { frame, slot } = p as { frame?: { v: Value[] }; slot?: number };
  return frame !== undefined && slot !== undefined ? asEntry(frame.v[slot]) : null;
}

/** Everything of this file. */
export const GUP_NAMES: readonly Helper[] = [
  exchanged('gup_fast_pte_range(pte,ptep,addr,addr,n,any,any):int', {
    given([pmd, pmdp, ptep, flags], m) {
      walked.set(m, (ptep as Ptep).table);
      const upper = upperFrom(pmd, pmdp);
      const addr = addrOf((ptep as Ptep).vpn);
      return [
        upper.pmd,
        upper.pmdp,
        BigInt(addr),
        BigInt(addr + PAGE_SIZE),
        BigInt(flags as number),
        new ElementRef([null], 0),
        new ElementRef([0n], 0),
      ];
    },
    *answers(value, _given, args, m) {
      const page = (args[5] as ElementRef).array[0] as unknown as Frame | null;
      if (value === 0n || page === null) return null;
      // From here on the caller holds the page.
      yield* pinned(m, page);
      return page;
    },
    *call(th, [pmd, pmdp, start, , flags, pages, nr]) {
      const followed = isPtep(pmdp ?? null);
      const word = followed ? asEntry(pmd) : null;
      const upper = followed ? asPtep(pmdp) : null;
      const ptep = entryOf(th, word, number(th, start ?? 0n));
      const page = yield* th.m.k.gupFastPteRange(word, upper, ptep, number(th, flags ?? 0n));
      if (page === null) return 0n;
      if (pages instanceof ElementRef) pages.array[pages.index] = page;
      if (nr instanceof ElementRef) nr.array[nr.index] = 1n;
      return 1n;
    },
  }),
  stepHelper(
    'pte_offset_map(any,addr):ptep',
    'the entry of an address; its table may be gone',
    function* (th, args) {
      const [pmdp, addr] = args;
      const ptep = entryOf(th, copyOf(pmdp), number(th, addr ?? 0n));
      yield* reachTable(th.m, ptep.table, 'pte_offset_map');
      return ptep;
    },
  ),
  pureHelper('pte_access_permitted(pte,bool):bool', 'whether user code may do that', (th, [pte, write]) =>
    yes(th.m.k.pteAccessPermitted(asEntry(pte), write !== 0n)),
  ),
  stepHelper(
    'try_grab_folio_fast(page,n,n):folio',
    'a reference, unless the page is free',
    function* (th, args) {
      const [page, refs, flags] = args;
      const [nr, how] = [number(th, refs ?? 1n), number(th, flags ?? 0n)];
      return yield* th.m.k.tryGrabFolioFast(asFrame(page), nr, how);
    },
  ),
  stepHelper('gup_put_folio(folio,n,n)', 'drops a reference or a pin', function* (th, [folio, refs, flags]) {
    yield* th.m.k.gupPutFolio(headOf(folio), number(th, refs ?? 1n), number(th, flags ?? 0n));
    return 0n;
  }),
  stepHelper(
    'gup_must_unshare(vma,n,page):bool',
    'a pin for reading needs a page of its own',
    function* (th, args) {
      const [, flags, page] = args;
      return (yield* th.m.k.gupMustUnshare(null, number(th, flags ?? 0n), asFrame(page))) ? 1n : 0n;
    },
  ),
  pureHelper('gup_fast_folio_allowed(folio,n):bool', 'not a file, for writing and for good', (th, args) => {
    const [folio, flags] = args;
    return yes(th.m.k.gupFastFolioAllowed(headOf(folio).folio, number(th, flags ?? 0n)));
  }),
  pureHelper('arch_make_folio_accessible(folio):int', 'no page is kept from the kernel', () => 0n),
  pureHelper('get_dev_pagemap(n,any):any', 'no page belongs to a device', () => null),
  pureHelper('pfn_valid(n):bool', 'whether the race has the page', (th, [pfn]) =>
    th.m.world.frames.at(number(th, pfn ?? 0n)) === undefined ? 0n : 1n,
  ),
];
