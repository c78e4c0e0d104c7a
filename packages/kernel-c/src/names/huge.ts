/** Huge pages: their lock, their page, and the reverse map. */
import { LockRef, OutsidePage, type Value } from '../run/objects.js';
import { pageAt } from '../run/outside.js';
import type { Thread } from '../run/thread.js';
import { asEntry, asFrame, asPtep } from './cast.js';
import { type Helper, helpers, pureHelper, stepHelper } from './helper.js';

/** The lock of the table that an upper-level entry is in. */
const lockOf = (pmdp: Value | undefined): number => asPtep(pmdp).table.ptl;

const pageOf = (th: Thread, pmd: Value | undefined): Value => pageAt(th.m, th.m.p.pmdPfn(asEntry(pmd)));

/** Everything of this file. */
export const HUGE_NAMES: readonly Helper[] = [
  stepHelper(
    'pmd_lock(mm,ptep):lock',
    'takes the lock of the entry, and returns it',
    function* (th, [, pmdp]) {
      yield* th.m.lock(lockOf(pmdp));
      return new LockRef(lockOf(pmdp));
    },
  ),
  pureHelper('pmd_lockptr(mm,ptep):lock', 'the lock of the entry', (_th, [, p]) => new LockRef(lockOf(p))),
  pureHelper('pmd_page(pte):page', 'the first page of a huge page', (th, [pmd]) => pageOf(th, pmd)),
  pureHelper('pmd_folio(pte):folio', 'the folio of a huge page', (th, [pmd]) => {
    const page = pageOf(th, pmd);
    return page instanceof OutsidePage ? page : asFrame(page).folio;
  }),
  pureHelper('maybe_pmd_mkwrite(pte,vma):pte', 'writable where the area is', (th, [pmd, vma]) => {
    const { prot } = vma as unknown as { prot: { write: boolean } };
    return prot.write ? th.m.p.pmdMkwrite(asEntry(pmd)) : (pmd as Value);
  }),
  ...helpers('kernel', 'folio_remove_rmap_pmd(folio,page,_)', ({ m }) => m.k),
];
