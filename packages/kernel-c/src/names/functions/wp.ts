/** Copy on write. */
import { addrOf, type Ptep, type Vma } from '@racewalk/core';
import type { Frame } from '@racewalk/machine';
import type { FoundFault } from '@racewalk/mm';
import { asEntry, asFrame, asPtep, asVma } from '../cast.js';
import { exchanged, type Helper, pureHelper, stepHelper } from '../helper.js';
import { faultOf } from './fault.js';
import { allocate } from './spare.js';
import { has } from './upper.js';
import { memberOf } from './values.js';

/** Everything of this file. */
export const WP_NAMES: readonly Helper[] = [
  exchanged('wp_page_copy(any):int', {
    given: ([vmf, old], m) => [faultOf(m, vmf as FoundFault, old as Frame)],
    *call(th, [vmf]) {
      const [vma, ptep, origPte] = ['vma', 'pte', 'orig_pte'].map((name) => memberOf(vmf, name));
      const found = {
        vma: asVma(vma),
        ptep: asPtep(ptep),
        origPte: asEntry(origPte),
        access: 'store',
      } as const;
      yield* th.m.k.wpPageCopy(found, asFrame(memberOf(vmf, 'page')));
      return 0n;
    },
  }),
  exchanged('wp_page_reuse(any,folio)', {
    given: ([vmf], m) => [faultOf(m, vmf as FoundFault), null],
    *call(th, [vmf]) {
      const [vma, ptep, origPte] = ['vma', 'pte', 'orig_pte'].map((name) => memberOf(vmf, name));
      yield* th.m.k.wpPageReuse({ vma, ptep, origPte, access: 'store' } as unknown as FoundFault);
      return 0n;
    },
  }),
  pureHelper('vmf_anon_prepare(any):int', 'memory for the reverse map is there', () => 0n),
  pureHelper('folio_prealloc(mm,vma,addr,bool):folio', 'a page that the race has set aside', (th) =>
    allocate(th.m),
  ),
  ...['copy_mc_user_highpage(page,page,addr,vma):int', '__wp_page_copy_user(page,page,any):int'].map((line) =>
    stepHelper(line, 'copies what a page holds', function* (th, [to, from]) {
      yield* th.m.k.copyUserHighpage(asFrame(to), asFrame(from));
      return 0n;
    }),
  ),
  ...[
    'update_mmu_cache(vma,addr,ptep)',
    'update_mmu_tlb(vma,addr,ptep)',
    'update_mmu_tlb_range(vma,addr,ptep,n)',
  ].map((line) => cache(line, 0)),
  cache('update_mmu_cache_range(any,vma,addr,ptep,n)', 1),
];

function cache(line: string, first: number): Helper {
  return stepHelper(
    line,
    'this CPU forgets that there was no entry, where it caches that',
    function* (th, args) {
      const [vma, , ptep] = args.slice(first) as unknown as [Vma, bigint, Ptep];
      if (has(th, 'updateMmuCache')) yield* th.m.k.updateMmuCache(vma, addrOf(ptep.vpn));
      return 0n;
    },
  );
}
