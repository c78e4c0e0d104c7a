/** What is done at each place where the reverse map finds a folio. */
import type { Vaddr, Vma } from '@racewalk/core';
import type { PageVmaMappedWalk } from '@racewalk/mm';
import { number } from '../../run/numbers.js';
import type { Value } from '../../run/objects.js';
import { asEntry, asFolio, asMm, asVma } from '../cast.js';
import { exchanged, type Helper, pureHelper, pureHelpers, stepHelper } from '../helper.js';

const walk = (p: Value | undefined): PageVmaMappedWalk => p as unknown as PageVmaMappedWalk;

const missing = (lines: string, says: string): Helper[] =>
  pureHelpers(lines, says, (th, _args, name) => {
    throw th.error(`${name}(): ${says}`);
  }).map((helper) => ({ ...helper, args: null }));

/** Everything of this file. */
export const RMAP_NAMES: readonly Helper[] = [
  exchanged('try_to_unmap_one(folio,vma,addr,any):bool', {
    given: ([folio, vma, address, flags]) => [
      folio as object,
      vma as Vma,
      BigInt(address as Vaddr),
      BigInt(flags as number),
    ],
    answer: (value) => value !== 0n,
    *call(th, [folio, vma, address, flags]) {
      const [addr, how] = [number(th, address ?? 0n), number(th, flags ?? 0n)];
      const done = yield* th.m.k.tryToUnmapOne(asFolio(folio), asVma(vma), addr, how);
      return done ? 1n : 0n;
    },
  }),
  exchanged('page_vma_mkclean_one(any):int', {
    given: ([pvmw]) => [pvmw as object],
    answer: (value) => Number(value),
    *call(th, [pvmw]) {
      return BigInt(yield* th.m.k.pageVmaMkcleanOne(walk(pvmw)));
    },
  }),
  stepHelper('page_vma_mapped_walk(any):bool', 'the next entry of the folio, locked', function* (th, [p]) {
    return (yield* th.m.k.pageVmaMappedWalk(walk(p))) ? 1n : 0n;
  }),
  stepHelper('page_vma_mapped_walk_done(any)', 'ends a walk', function* (th, [p]) {
    yield* th.m.k.pageVmaMappedWalkDone(walk(p));
    return 0n;
  }),
  pureHelper('vma_address_end(any):ulong', 'where the folio ends in the area', (_th, [p]) =>
    BigInt(walk(p).end),
  ),
  stepHelper('set_tlb_ubc_flush_pending(mm,pte,addr)', 'puts a flush off', function* (th, [mm, pte, addr]) {
    yield* th.m.k.setTlbUbcFlushPending(asMm(mm), asEntry(pte), number(th, addr ?? 0n));
    return 0n;
  }),
  pureHelper('list_empty(any):bool', 'lists are not followed: not empty', () => 0n),
  ...missing(
    `split_huge_pmd_locked()
     page_vma_mapped_walk_restart()
     madvise_free_huge_pmd()`,
    'a folio that a huge entry maps is not followed here',
  ),
  ...missing(
    `huge_pmd_unshare()
     huge_pmd_unshare_flush()
     hugetlb_vma_trylock_write()
     hugetlb_vma_unlock_write()
     tlb_gather_mmu_vma()
     hugetlb_remove_rmap()
     hugetlb_count_sub()
     adjust_range_if_pmd_sharing_possible()`,
    'pages of hugetlbfs are not unmapped by the model',
  ),
];
