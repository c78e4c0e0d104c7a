/** Further names that a patch of mm has in passing, written with those that are known. */

/** Macros; each stands for what the kernel's does where the model has the like. */
export const COMMON = `
#define folio_add_file_rmap_pte(folio, page, vma) folio_dup_file_rmap_pte(folio, page)
#define folio_add_file_rmap_ptes(folio, page, nr, vma) folio_dup_file_rmap_ptes(folio, page, nr)
#define ptep_clear_flush_young_notify(vma, addr, ptep) ptep_clear_flush_young(vma, addr, ptep)
#define ptep_clear_young_notify(vma, addr, ptep) ptep_test_and_clear_young(vma, addr, ptep)
#define ptep_clear_flush_notify(vma, addr, ptep) ptep_clear_flush(vma, addr, ptep)
#define set_pte_at_notify(mm, addr, ptep, pte) set_pte_at(mm, addr, ptep, pte)
#define userfaultfd_wp(vma) (((vma)->vm_flags & VM_UFFD_WP) != 0)
#define userfaultfd_pte_wp(vma, pte) (userfaultfd_wp(vma) && pte_uffd_wp(pte))
#define PAGE_ALIGNED(x) (((x) & (PAGE_SIZE - 1)) == 0)
#define IS_ALIGNED(x, a) (((x) & ((a) - 1)) == 0)
#define DIV_ROUND_UP(n, d) (((n) + (d) - 1) / (d))
#define offset_in_page(x) ((x) & (PAGE_SIZE - 1))
#define cpumask_set_cpu(cpu, mask) set_bit(cpu, mask)
#define cpumask_clear_cpu(cpu, mask) clear_bit(cpu, mask)
#define cpumask_test_cpu(cpu, mask) test_bit(cpu, mask)
#define cpumask_test_and_set_cpu(cpu, mask) test_and_set_bit(cpu, mask)
#define cpumask_test_and_clear_cpu(cpu, mask) test_and_clear_bit(cpu, mask)
#define cpumask_empty(mask) (READ_ONCE(*(mask)) == 0)
#define mmget_not_zero(mm) (1)
#define signal_pending(task) (0)
#define fatal_signal_pending(task) (0)
`;

/** Each with what it does. */
export const COMMON_SAYS: readonly (readonly [string, string])[] = [
  ['folio_add_file_rmap_pte folio_add_file_rmap_ptes', 'counts mappings'],
  [
    'ptep_clear_flush_young_notify ptep_clear_young_notify ptep_clear_flush_notify set_pte_at_notify',
    'the same without _notify: flushes of the model tell second MMUs, and these mark no page young',
  ],
  ['userfaultfd_wp userfaultfd_pte_wp', 'armed for write protection'],
  ['PAGE_ALIGNED IS_ALIGNED DIV_ROUND_UP offset_in_page', 'of numbers'],
  [
    'cpumask_set_cpu cpumask_clear_cpu cpumask_test_cpu cpumask_test_and_set_cpu cpumask_test_and_clear_cpu cpumask_empty',
    'bits of a cpumask_t of the race',
  ],
  ['mmget_not_zero', 'yes: address spaces stay'],
  ['signal_pending fatal_signal_pending', 'no signal comes'],
];
