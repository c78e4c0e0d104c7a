/** Entries of hugetlb pages: `huge_ptep_*` and their values. */
import { hugePageSize, type Vma } from '@racewalk/core';
import { asVma } from './cast.js';
import { type Helper, helpers, pureHelper } from './helper.js';

const OPERATIONS = `
  huge_ptep_get(mm,addr,ptep):pte
  set_huge_pte_at(mm,addr,ptep,pte,n)
  huge_pte_clear(mm,addr,ptep,n)
  huge_ptep_get_and_clear(mm,addr,ptep,n):pte
  huge_ptep_clear_flush(vma,addr,ptep):pte
  huge_ptep_set_wrprotect(mm,addr,ptep)
  huge_ptep_set_access_flags(vma,addr,ptep,pte,bool):int
  huge_ptep_modify_prot_start(vma,addr,ptep):pte
  huge_ptep_modify_prot_commit(vma,addr,ptep,pte,pte)
`;

const VALUES = `
  huge_pte_none(pte):bool
  huge_pte_dirty(pte):bool
  huge_pte_write(pte):bool
  huge_pte_uffd_wp(pte):bool
  huge_pte_mkdirty(pte):pte
  huge_pte_mkwrite(pte):pte
  huge_pte_wrprotect(pte):pte
  huge_pte_mkuffd_wp(pte):pte
  huge_pte_clear_uffd_wp(pte):pte
  huge_pte_modify(pte,pte):pte
`;

/** Everything of this file. */
export const HUGETLB_NAMES: readonly Helper[] = [
  ...helpers('operation', OPERATIONS, ({ m }) => m.huge),
  ...helpers('values', VALUES, ({ m }) => m.hugeValues, { pure: true }),
  pureHelper('hstate_vma(vma):any', 'the kind of hugetlb pages of an area', (_th, [vma = null]) => vma),
  pureHelper('huge_page_size(any):ulong', 'the size of a hugetlb page, in entries of the model', (_th, [h]) =>
    BigInt(hugePageSize((h ?? { flags: {} }) as Vma)),
  ),
  pureHelper('huge_page_mask(any):ulong', 'the same as a mask', (_th, [h]) =>
    BigInt.asUintN(64, ~(BigInt(hugePageSize(asVma(h))) - 1n)),
  ),
];
