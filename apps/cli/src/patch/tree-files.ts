/** What of a kernel tree functions are completed from, and how it is configured. */

/** By the directory below `arch`: what describes its entries and its operations. */
export const OF_ARCH: Readonly<Record<string, readonly string[]>> = {
  arm64: [
    'arch/arm64/include/asm/pgtable.h',
    'arch/arm64/include/asm/pgtable-prot.h',
    'arch/arm64/include/asm/pgtable-hwdef.h',
    'arch/arm64/include/asm/tlbflush.h',
    'arch/arm64/include/asm/tlb.h',
    'arch/arm64/mm/contpte.c',
    'arch/arm64/mm/hugetlbpage.c',
    'arch/arm64/mm/fault.c',
  ],
  x86: [
    'arch/x86/include/asm/pgtable.h',
    'arch/x86/include/asm/pgtable_64.h',
    'arch/x86/include/asm/pgtable_types.h',
    'arch/x86/include/asm/tlb.h',
    'arch/x86/mm/pgtable.c',
  ],
  riscv: [
    'arch/riscv/include/asm/pgtable.h',
    'arch/riscv/include/asm/pgtable-64.h',
    'arch/riscv/include/asm/pgtable-bits.h',
    'arch/riscv/include/asm/tlb.h',
    'arch/riscv/include/asm/hugetlb.h',
    'arch/riscv/mm/hugetlbpage.c',
    'arch/riscv/mm/pgtable.c',
  ],
  loongarch: [
    'arch/loongarch/include/asm/pgtable.h',
    'arch/loongarch/include/asm/pgtable-bits.h',
    'arch/loongarch/include/asm/hugetlb.h',
    'arch/loongarch/mm/pgtable.c',
  ],
};

/** CONFIG symbols that a kernel with an MMU, processors and huge pages has; all others are off. */
export const TREE_CONFIG: readonly string[] = [
  'CONFIG_64BIT',
  'CONFIG_ARCH_HAS_PTE_DEVMAP',
  'CONFIG_ARCH_WANT_BATCHED_UNMAP_TLB_FLUSH',
  'CONFIG_HAVE_ARCH_SOFT_DIRTY',
  'CONFIG_HAVE_ARCH_USERFAULTFD_WP',
  'CONFIG_HAVE_GUP_FAST',
  'CONFIG_HUGETLB_PAGE',
  'CONFIG_MEM_SOFT_DIRTY',
  'CONFIG_PGTABLE_HAS_HUGE_LEAVES',
  'CONFIG_PTE_MARKER_UFFD_WP',
  'CONFIG_USERFAULTFD',
  'CONFIG_X86_64',
  'CONFIG_ARM64_CONTPTE',
  'CONFIG_ARM64_HW_AFDBM',
  'CONFIG_ARCH_HAS_NONLEAF_PMD_YOUNG',
  'CONFIG_ARCH_HAS_PTE_SPECIAL',
  'CONFIG_HAVE_ARCH_TRANSPARENT_HUGEPAGE',
  'CONFIG_HAVE_ARCH_TRANSPARENT_HUGEPAGE_PUD',
  'CONFIG_MIGRATION',
  'CONFIG_MMU',
  'CONFIG_MMU_NOTIFIER',
  'CONFIG_SMP',
  'CONFIG_SWAP',
  'CONFIG_TRANSPARENT_HUGEPAGE',
  'CONFIG_DEVICE_PRIVATE',
];
