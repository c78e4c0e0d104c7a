/** Huge pages: their lock, their page, and the reverse map. */
import type { Ptep, PteWord } from '@racewalk/core';
import { LockRef, OutsidePage, type Value } from '../run/objects.js';
import { pageAt } from '../run/outside.js';
import type { Thread } from '../run/thread.js';
import { frameOf } from './functions/values.js';
import { type Helper, helpers, pureHelper, stepHelper } from './helper.js';

/** The lock of the table that an upper-level entry is in. */
const lockOf = (pmdp: Value | undefined): number => (pmdp as unknown as Ptep).table.ptl;

const pageOf = (th: Thread, pmd: Value | undefined): Value =>
  pageAt(th.m, th.m.p.pmdPfn(pmd as unknown as PteWord));

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
    return page instanceof OutsidePage ? page : frameOf(page).folio;
  }),
  pureHelper('maybe_pmd_mkwrite(pte,vma):pte', 'writable where the area is', (th, [pmd, vma]) => {
    const { prot } = vma as unknown as { prot: { write: boolean } };
    return prot.write ? th.m.p.pmdMkwrite(pmd as unknown as PteWord) : (pmd as Value);
  }),
  ...helpers('kernel', 'folio_remove_rmap_pmd(folio,page,_)', ({ m }) => m.k),
];
