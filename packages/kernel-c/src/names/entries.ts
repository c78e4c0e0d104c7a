/** Helpers on values, and operations on entries and TLBs. */
import { number } from '../run/numbers.js';
import { isPte, type Value } from '../run/objects.js';
import { endOf, flushed } from './flushes.js';
import { ownValue } from './functions/through.js';
import { type Helper, helpers } from './helper.js';

const PTE_VALUES = `
  pte_none(pte):bool
  pte_present(pte):bool
  pte_valid(pte):bool
  pte_protnone(pte):bool
  pte_write(pte):bool
  pte_dirty(pte):bool
  pte_young(pte):bool
  pte_special(pte):bool
  pte_devmap(pte):bool
  pte_soft_dirty(pte):bool
  pte_uffd_wp(pte):bool
  pte_cont(pte):bool
  pte_same(pte,pte):bool
  pte_wrprotect(pte):pte
  pte_mkdirty(pte):pte
  pte_mkclean(pte):pte
  pte_mkyoung(pte):pte
  pte_mkold(pte):pte
  pte_mkspecial(pte):pte
  pte_mkdevmap(pte):pte
  pte_mksoft_dirty(pte):pte
  pte_clear_soft_dirty(pte):pte
  pte_mkuffd_wp(pte):pte
  pte_clear_uffd_wp(pte):pte
  pte_mkcont(pte):pte
  pte_mknoncont(pte):pte
  pte_mkwrite_novma(pte):pte
  pte_mkwrite(pte,_):pte
  pte_pfn(pte):ulong
  pfn_pte(n,pte):pte
  pte_advance_pfn(pte,n):pte
  pte_modify(pte,pte):pte
`;

const PMD_VALUES = `
  pmd_none(pte):bool
  pmd_present(pte):bool
  pmd_bad(pte):bool
  pmd_leaf(pte):bool
  pmd_trans_huge(pte):bool
  pmd_write(pte):bool
  pmd_dirty(pte):bool
  pmd_young(pte):bool
  pmd_special(pte):bool
  pmd_devmap(pte):bool
  pmd_soft_dirty(pte):bool
  pmd_uffd_wp(pte):bool
  pmd_protnone(pte):bool
  pmd_wrprotect(pte):pte
  pmd_mkdirty(pte):pte
  pmd_mkclean(pte):pte
  pmd_mkyoung(pte):pte
  pmd_mkold(pte):pte
  pmd_mkhuge(pte):pte
  pmd_mkinvalid(pte):pte
  pmd_mkwrite(pte,_):pte
  pmd_pfn(pte):ulong
  pfn_pmd(n,pte):pte
  pmd_modify(pte,pte):pte
  pmd_same(pte,pte):bool
  pmd_mkspecial(pte):pte
  pmd_mkdevmap(pte):pte
  pmd_mksoft_dirty(pte):pte
  pmd_clear_soft_dirty(pte):pte
  pmd_mkuffd_wp(pte):pte
  pmd_clear_uffd_wp(pte):pte
  pmd_mkwrite_novma(pte):pte
`;

const SWAP_VALUES = `
  is_swap_pte(pte):bool
  swp_entry_to_pte(swp):pte
  pte_to_swp_entry(pte):swp
  pte_swp_mkexclusive(pte):pte
  pte_swp_exclusive(pte):bool
  pte_swp_clear_exclusive(pte):pte
  pte_swp_mksoft_dirty(pte):pte
  pte_swp_soft_dirty(pte):bool
  pte_swp_clear_soft_dirty(pte):pte
  pte_swp_mkuffd_wp(pte):pte
  pte_swp_uffd_wp(pte):bool
  pte_swp_clear_uffd_wp(pte):pte
  make_readable_device_exclusive_entry(n):swp
  make_writable_device_exclusive_entry(n):swp
  is_device_exclusive_entry(swp):bool
  is_writable_device_exclusive_entry(swp):bool
  make_readable_migration_entry(n):swp
  make_readable_exclusive_migration_entry(n):swp
  make_writable_migration_entry(n):swp
  is_migration_entry(swp):bool
  is_writable_migration_entry(swp):bool
  make_pte_marker(n):pte
  is_pte_marker(pte):bool
  swp_entry_to_pmd(swp):pte
  pmd_to_swp_entry(pte):swp
  pmd_swp_mksoft_dirty(pte):pte
  pmd_swp_soft_dirty(pte):bool
  pmd_swp_clear_soft_dirty(pte):pte
  pmd_swp_mkuffd_wp(pte):pte
  pmd_swp_uffd_wp(pte):bool
  pmd_swp_clear_uffd_wp(pte):pte
`;

/** One volatile load: other accesses may still be moved and repeated by the compiler. */
const READS = `
  ptep_get(ptep):pte
  ptep_get_lockless(ptep):pte
`;

const PMD_READS = `
  pmdp_get(ptep):pte
  pmdp_get_lockless(ptep):pte
`;

const PTE_OPERATIONS = `
  set_pte(ptep,pte)
  set_pte_at(mm,addr,ptep,pte)
  set_ptes(mm,addr,ptep,pte,n)
  pte_clear(mm,addr,ptep)
  ptep_clear(mm,addr,ptep)
  ptep_get_and_clear(mm,addr,ptep):pte
  ptep_get_and_clear_full(mm,addr,ptep,bool):pte
  get_and_clear_full_ptes(mm,addr,ptep,n,bool):pte
  clear_full_ptes(mm,addr,ptep,n,bool)
  clear_not_present_full_ptes(mm,addr,ptep,n,bool)
  ptep_test_and_clear_young(vma,addr,ptep):int
  ptep_clear_flush_young(vma,addr,ptep):int
  ptep_clear_flush(vma,addr,ptep):pte
  ptep_set_wrprotect(mm,addr,ptep)
  wrprotect_ptes(mm,addr,ptep,n)
  ptep_set_access_flags(vma,addr,ptep,pte,bool):int
  ptep_modify_prot_start(vma,addr,ptep):pte
  ptep_modify_prot_commit(vma,addr,ptep,pte,pte)
  clear_young_dirty_ptes(vma,addr,ptep,n,cydp)
`;

const PMD_OPERATIONS = `
  set_pmd_at(mm,addr,ptep,pte)
  pmd_clear(ptep)
  pmdp_get_and_clear(mm,addr,ptep):pte
  pmdp_huge_get_and_clear(mm,addr,ptep):pte
  pmdp_huge_get_and_clear_full(vma,addr,ptep,bool):pte
  pmdp_huge_clear_flush(vma,addr,ptep):pte
  pmdp_test_and_clear_young(vma,addr,ptep):int
  pmdp_clear_flush_young(vma,addr,ptep):int
  pmdp_set_wrprotect(mm,addr,ptep)
  pmdp_set_access_flags(vma,addr,ptep,pte,bool):int
  pmdp_establish(vma,addr,ptep,pte):pte
  pmdp_invalidate(vma,addr,ptep):pte
  pmdp_invalidate_ad(vma,addr,ptep):pte
  pmdp_collapse_flush(vma,addr,ptep):pte
`;

const TLB_OPERATIONS = `
  flush_tlb_page(vma,addr)
  flush_tlb_range(vma,addr,addr)
  flush_tlb_mm(mm)
  flush_tlb_fix_spurious_fault(vma,addr,_)
  flush_pmd_tlb_range(vma,addr,addr) -> flushTlbRange
`;

/** A copy of an entry that the caller has, for instance of one above a level that the race lacks, is read without a step. */
const orCopy = (helper: Helper): Helper => {
  const { steps } = helper;
  if (steps === null) return helper;
  return {
    ...helper,
    *steps(th, args) {
      const own = ownValue(args[0]);
      return isPte(own ?? null) ? (own as Value) : yield* steps(th, args);
    },
  };
};

/** The flush of a huge page, whose size is that of its area in the model. */
const insideArea = (helper: Helper): Helper => {
  const { name, steps } = helper;
  if (!/^flush_(pmd_)?tlb_range$/.test(name) || steps === null) return helper;
  return {
    ...helper,
    steps(th, [vma = null, start = 0n, end = 0n]) {
      const [from, to] = [number(th, start), number(th, end)];
      const area = flushed(th, vma, start);
      return steps(th, [area, start, BigInt(endOf(area, from, to))]);
    },
  };
};

/** Names of `m.v`, `m.pte`, `m.pmd`, `m.tlb` and of swap entries. */
export const ENTRY_NAMES: readonly Helper[] = [
  ...helpers('values', PTE_VALUES, ({ m }) => m.v, { pure: true }),
  ...helpers('values', PMD_VALUES, ({ m }) => m.p, { pure: true }),
  ...helpers('values', SWAP_VALUES, ({ m }) => m.arch.swap, { pure: true }),
  ...helpers('operation', READS, ({ m }) => m.pte, { transparent: true }).map(orCopy),
  ...helpers('operation', PMD_READS, ({ m }) => m.pmd).map(orCopy),
  ...helpers('operation', PTE_OPERATIONS, ({ m }) => m.pte),
  ...helpers('operation', PMD_OPERATIONS, ({ m }) => m.pmd),
  ...helpers('operation', TLB_OPERATIONS, ({ m }) => m.tlb).map(insideArea),
];
