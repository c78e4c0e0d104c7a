/** What loops over entries ask of pages and folios. */
import { PAGE_SIZE, type Vma } from '@racewalk/core';
import { read } from '@racewalk/core/step';
import { type Folio, PageFlag, pagesFrom } from '@racewalk/mm';
import { number } from '../../run/numbers.js';
import type { Value } from '../../run/objects.js';
import type { Thread } from '../../run/thread.js';
import { asFolio, asFrame, asVma } from '../cast.js';
import { type Helper, pureHelper, pureHelpers, stepHelper } from '../helper.js';
import { mapped } from './spare.js';
import { headOf, yes } from './values.js';

/** Whether the areas of a folio say that it is of no file; undefined where they do not tell. */
const anonByArea = ({ areas }: Folio): boolean | undefined =>
  areas.length > 0 && areas.every(({ vma }) => vma.mapping === null) ? true : undefined;

const anon = (line: string, of: (p: Value | undefined) => Folio): Helper =>
  stepHelper(line, 'of no file', function* (_th, [p]) {
    const folio = of(p);
    const known = anonByArea(folio);
    if (known !== undefined) return yes(known);
    const page = (p as { pfn?: number }).pfn === undefined ? folio.frames[0] : asFrame(p);
    if (page === undefined) return 0n;
    const op = /^\w+/.exec(line)?.[0] ?? '';
    return yes(((yield* read(page.cell, { op, text: page.name })) & PageFlag.ANON) !== 0);
  });

/** Which counter of an address space a folio is in: `MM_FILEPAGES` or `MM_ANONPAGES`. */
const counter = (f: Value | undefined): bigint => (anonByArea(asFolio(f)) === true ? 1n : 0n);

function* dupAnon(th: Thread, [f, page, nr, vma]: readonly Value[], many: boolean) {
  const count = many ? number(th, nr ?? 1n) : 1;
  const area = (many ? vma : nr) as unknown as Vma;
  return (yield* th.m.k.folioTryDupAnonRmapPtes(asFolio(f), asFrame(page), count, area)) ? 0n : -16n;
}

/** Everything of this file. */
export const PAGE_NAMES: readonly Helper[] = [
  anon('folio_test_anon(folio):bool', asFolio),
  anon('PageAnon(page):bool', (p) => asFrame(p).folio),
  pureHelper('folio_pfn(folio):ulong', 'the number of its first page', (_th, [f]) =>
    BigInt(asFolio(f).frames[0]?.pfn ?? 0),
  ),
  pureHelper('folio_size(folio):ulong', 'in bytes', (_th, [f]) =>
    BigInt(asFolio(f).frames.length * PAGE_SIZE),
  ),
  ...['mm_counter', 'mm_counter_file'].map((name) =>
    pureHelper(`${name}(folio):int`, 'which counter it is in', (_th, [f]) => counter(f)),
  ),
  pureHelper('folio_test_swapbacked(folio):bool', 'has to be written before it goes', (_th, [f]) =>
    yes(asFolio(f).swapbacked),
  ),
  pureHelper('folio_is_file_lru(folio):bool', 'may go without being written', (_th, [f]) =>
    yes(!asFolio(f).swapbacked),
  ),
  stepHelper(
    'folio_test_swapcache(folio):bool',
    'whether it is in the swap cache; where a race does not follow that, only reclaim has put it there',
    function* (th, [f]) {
      const folio = asFolio(f);
      if (folio.backing.cache >= 0) return yes(yield* th.m.k.folioTestSwapcache(headOf(f)));
      return yes(th.m.calls.isIn('tryToUnmapOne') && anonByArea(folio) === true && folio.swapbacked);
    },
  ),
  pureHelper('folio_free_swap(folio):bool', 'gives the slot back', () => 1n),
  pureHelper('vma_has_recency(vma):bool', 'its accesses count for reclaim', () => 1n),
  pureHelper('userfaultfd_pte_wp(vma,pte):bool', 'write-protected by userfaultfd', (th, [vma, pte]) =>
    yes(asVma(vma).flags.uffdWp === true && th.m.v.pteUffdWp(pte as never)),
  ),
  pureHelper('userfaultfd_wp(vma):bool', 'an area of userfaultfd', (_th, [vma]) =>
    yes(asVma(vma).flags.uffdWp === true),
  ),
  pureHelper(
    'vma_soft_dirty_enabled(vma):bool',
    'soft-dirty is tracked: only where the area has no mark',
    (th, [vma]) => yes(th.m.arch.has('softDirty') && asVma(vma).flags.softDirty !== true),
  ),
  ...pureHelpers(
    `folio_is_zone_device(folio):bool
     folio_test_ksm(folio):bool
     folio_test_hugetlb(folio):bool
     PageHWPoison(page):bool
     is_zero_pfn(n):bool
     userfaultfd_armed(vma):bool
     pte_unused(pte):bool
     folio_xchg_last_cpupid(folio,n):int`,
    'the model has none',
    () => 0n,
  ),
  stepHelper(
    'folio_likely_mapped_shared(folio):bool',
    'mapped more often than it has pages',
    function* (th, [f]) {
      const folio = asFolio(f);
      return yes((yield* th.m.k.folioMapcount(folio)) > folio.frames.length);
    },
  ),
  stepHelper('folio_ref_sub(folio,n)', 'drops references', function* (th, [f, n]) {
    yield* th.m.k.folioPutRefs(asFolio(f), number(th, n ?? 1n));
    return 0n;
  }),
  stepHelper(
    'folio_try_dup_anon_rmap_ptes(folio,page,n,vma):int',
    'fork: the child maps it, too',
    (th, args) => dupAnon(th, args, true),
  ),
  stepHelper('folio_try_dup_anon_rmap_pte(folio,page,vma):int', 'fork: the child maps it, too', (th, args) =>
    dupAnon(th, args, false),
  ),
  ...['folio_dup_file_rmap_ptes(folio,page,n)', 'folio_dup_file_rmap_pte(folio,page)'].map((line) =>
    stepHelper(line, 'mapped more often', function* (th, [f, , n]) {
      yield* th.m.k.folioAddRmap(asFolio(f), number(th, n ?? 1n));
      return 0n;
    }),
  ),
  stepHelper(
    'folio_add_new_anon_rmap(folio,vma,addr,any)',
    'the first mapping of a new page',
    function* (th, [f]) {
      mapped(th.m, asFolio(f));
      yield* th.m.k.folioAddNewAnonRmap(asFolio(f));
      return 0n;
    },
  ),
  stepHelper(
    'folio_add_anon_rmap_pte(folio,page,vma,addr,any)',
    'mapped once more',
    function* (th, [, page, vma]) {
      yield* th.m.k.pageAddAnonRmap(asFrame(page));
      // What is mapped by a locked area is marked there, since 5.18.
      if (asVma(vma).flags.locked === true) yield* th.m.k.mlockVmaPage(asFrame(page));
      return 0n;
    },
  ),
  stepHelper(
    'folio_try_share_anon_rmap_pte(folio,page):int',
    'no longer exclusive',
    function* (th, [f, page]) {
      return (yield* th.m.k.folioTryShareAnonRmapPte(asFolio(f), asFrame(page))) ? 0n : -16n;
    },
  ),
  stepHelper('folio_mark_lazyfree(folio)', 'may be dropped while it is clean', function* (th, [f]) {
    const [first] = asFolio(f).frames;
    const pages = first === undefined ? [] : pagesFrom(th.m, first, asFolio(f).frames.length);
    for (const page of pages) yield* th.m.k.folioMarkLazyfree(page);
    return 0n;
  }),
  pureHelper('split_folio(folio):int', 'no folio of the model is split: busy', () => -16n),
];
