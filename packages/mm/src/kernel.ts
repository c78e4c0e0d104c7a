/** Every function of the kernel that this package has, by name: what `m.k` calls, and what a variant may replace. */

import { COMPOUND } from './compound.js';
import { CONTEXT } from './context/context.js';
import { CPU } from './cpu.js';
import { PAGE_CACHE } from './filemap/page-cache.js';
import { PAGE_LOCK } from './filemap/page-lock.js';
import { FOLIO } from './folio.js';
import { GRAB } from './gup/grab.js';
import { GUP } from './gup/gup.js';
import { GUP_FAST } from './gup/gup-fast.js';
import { PIN } from './gup/pin.js';
import { GUP_REMOTE } from './gup/remote.js';
import { HUGE_ANONYMOUS } from './huge_memory/anonymous.js';
import { CHANGE_HUGE_PMD } from './huge_memory/change-huge-pmd.js';
import { DEPOSIT } from './huge_memory/deposit.js';
import { HUGE_FAULT } from './huge_memory/fault.js';
import { MIGRATE_PMD } from './huge_memory/migrate-pmd.js';
import { RMAP_PMD } from './huge_memory/rmap.js';
import { SPLIT_HUGE_PMD } from './huge_memory/split-huge-pmd.js';
import { SPLIT_TAIL } from './huge_memory/split-tail.js';
import { HUGE_WP } from './huge_memory/wp.js';
import { HUGE_MEMORY } from './huge_memory/zap-huge-pmd.js';
import { HUGETLB } from './hugetlb/hugetlb.js';
import { HUGETLB_SHARE } from './hugetlb/share.js';
import { INTERVAL_TREE } from './interval_tree/interval-tree.js';
import { SVA } from './iommu/sva.js';
import { COLLAPSE } from './khugepaged/collapse-huge-page.js';
import { COLLAPSE_PTE_MAPPED_THP } from './khugepaged/collapse-pte-mapped-thp.js';
import { RETRACT } from './khugepaged/retract-page-tables.js';
import { KSM } from './ksm/ksm.js';
import { KVM_DIRTY_LOG } from './kvm/dirty-log.js';
import { KVM_FAULT } from './kvm/fault.js';
import { KVM_NOTIFIER } from './kvm/mmu-notifier.js';
import { KVM_RMAP } from './kvm/rmap.js';
import { ATOMIC } from './locks/atomic.js';
import { BARRIER } from './locks/barrier.js';
import { BITMAP } from './locks/bitmap.js';
import { MMAP_LOCK } from './locks/mmap-lock.js';
import { SEQCOUNT } from './locks/seqcount.js';
import { SHARED_LOCK } from './locks/shared-lock.js';
import { SPINLOCK } from './locks/spinlock.js';
import { VMA_LOCK } from './locks/vma-lock.js';
import { DONTNEED } from './madvise/dontneed.js';
import { MADVISE_FREE } from './madvise/free.js';
import { ANON } from './memory/anon.js';
import { CACHE } from './memory/cache.js';
import { COPY } from './memory/copy.js';
import { COPY_NONPRESENT } from './memory/copy-nonpresent.js';
import { COPY_PRESENT } from './memory/copy-present.js';
import { DEVICE_EXCLUSIVE } from './memory/device-exclusive.js';
import { DO_FAULT } from './memory/do-fault.js';
import { NUMA_PAGE } from './memory/do-numa-page.js';
import { FAULT } from './memory/fault.js';
import { FINISH_FAULT } from './memory/finish-fault.js';
import { HANDLE_MM_FAULT } from './memory/handle-mm-fault.js';
import { NORMAL_PAGE } from './memory/normal-page.js';
import { PTE_ALLOC } from './memory/pte-alloc.js';
import { PTE_BATCH } from './memory/pte-batch.js';
import { RSS } from './memory/rss.js';
import { SPARE_PAGES } from './memory/spare-pages.js';
import { SWAP } from './memory/swap.js';
import { WP } from './memory/wp.js';
import { WP_SHARED } from './memory/wp-shared.js';
import { ZAP } from './memory/zap.js';
import { ZAP_DETAILS } from './memory/zap-details.js';
import { ZAP_PAGE_RANGE } from './memory/zap-page-range.js';
import { ZAP_PMD_RANGE } from './memory/zap-pmd-range.js';
import { PROT_NUMA } from './mempolicy/prot-numa.js';
import { MIGRATE_VMA } from './migrate_device/migrate-vma.js';
import { MM } from './mm.js';
import { TLBFLUSH } from './mmu_context/tlbflush.js';
import { MMU_CONTEXT } from './mmu_context/versions.js';
import { MMU_GATHER } from './mmu_gather/mmu-gather.js';
import { TABLES } from './mmu_gather/tables.js';
import { MPROTECT } from './mprotect/mprotect.js';
import { MOVE_HUGE_PMD } from './mremap/move-huge-pmd.js';
import { MOVE_NORMAL_PMD } from './mremap/move-normal-pmd.js';
import { MOVE_PAGE_TABLES } from './mremap/move-page-tables.js';
import { MOVE_PTES } from './mremap/move-ptes.js';
import { MOVE_PTES_BATCHED } from './mremap/move-ptes-batched.js';
import { MREMAP } from './mremap/mremap.js';
import { SET_PAGE_DIRTY_LOCK } from './page-writeback/set-page-dirty-lock.js';
import { WRITEBACK } from './page-writeback/writeback.js';
import { PMD_TEST } from './pgtable-generic/pmd-test.js';
import { PTE_OFFSET_MAP } from './pgtable-generic/pte-offset-map.js';
import { PT_RECLAIM } from './pt_reclaim/try-to-free-pte.js';
import { ANON_RMAP } from './rmap/anon.js';
import { ANON_VMA } from './rmap/anon-vma.js';
import { MAKE_DEVICE_EXCLUSIVE } from './rmap/device-exclusive.js';
import { FOLIO_COUNTS } from './rmap/folio-counts.js';
import { I_MMAP } from './rmap/i-mmap.js';
import { MKCLEAN } from './rmap/mkclean.js';
import { PAGE_VMA_MAPPED } from './rmap/page-vma-mapped.js';
import { REFERENCED } from './rmap/referenced.js';
import { RMAP_WALK } from './rmap/rmap-walk.js';
import { TLBFLUSH_UNMAP_BATCH } from './rmap/tlbflush-unmap-batch.js';
import { TRY_TO_MIGRATE } from './rmap/try-to-migrate.js';
import { TRY_TO_UNMAP } from './rmap/try-to-unmap.js';
import { UNMAP_BATCH } from './rmap/unmap-batch.js';
import { SCHED } from './sched/context-switch.js';
import { WORKQUEUE } from './sched/workqueue.js';
import { SWAP_MAP } from './swapfile/swap-map.js';
import { SWAPOPS } from './swapops.js';
import { CLEAR_REFS } from './task_mmu/clear-refs.js';
import { TLB_FLUSH } from './tlb/flush.js';
import { TLB_SWITCH } from './tlb/switch-mm.js';
import { TRUNCATE } from './truncate/truncate.js';
import { UACCESS } from './uaccess.js';
import { MOVE_PAGES } from './userfaultfd/move-pages.js';
import { VMALLOC } from './vmalloc.js';
import { REMOVE_MAPPING } from './vmscan/remove-mapping.js';
import { VMSCAN } from './vmscan/shrink-folio-list.js';
import { SHRINK_INACTIVE_LIST } from './vmscan/shrink-inactive-list.js';

/**
 * The table, in no particular order.
 *
 * @internal Each of its functions is documented where it stands.
 */
export const KERNEL = Object.freeze({
  ...ANON,
  ...KVM_FAULT,
  ...KVM_NOTIFIER,
  ...KVM_DIRTY_LOG,
  ...KVM_RMAP,
  ...HUGETLB_SHARE,
  ...I_MMAP,
  ...PT_RECLAIM,
  ...ZAP_PMD_RANGE,
  ...CHANGE_HUGE_PMD,
  ...FINISH_FAULT,
  ...PTE_OFFSET_MAP,
  ...MOVE_HUGE_PMD,
  ...MOVE_NORMAL_PMD,
  ...HANDLE_MM_FAULT,
  ...PTE_ALLOC,
  ...SPLIT_HUGE_PMD,
  ...RMAP_PMD,
  ...MIGRATE_PMD,
  ...HUGE_ANONYMOUS,
  ...HUGE_FAULT,
  ...DEPOSIT,
  ...RETRACT,
  ...COLLAPSE,
  ...HUGE_MEMORY,
  ...HUGE_WP,
  ...DO_FAULT,
  ...PMD_TEST,
  ...HUGETLB,
  ...ANON_RMAP,
  ...ANON_VMA,
  ...ATOMIC,
  ...BARRIER,
  ...BITMAP,
  ...CACHE,
  ...CLEAR_REFS,
  ...CONTEXT,
  ...COPY,
  ...COPY_NONPRESENT,
  ...COPY_PRESENT,
  ...CPU,
  ...DEVICE_EXCLUSIVE,
  ...DONTNEED,
  ...FAULT,
  ...FOLIO,
  ...FOLIO_COUNTS,
  ...COMPOUND,
  ...GRAB,
  ...GUP,
  ...GUP_FAST,
  ...GUP_REMOTE,
  ...NORMAL_PAGE,
  ...NUMA_PAGE,
  ...KSM,
  ...SVA,
  ...MADVISE_FREE,
  ...MAKE_DEVICE_EXCLUSIVE,
  ...MKCLEAN,
  ...MM,
  ...MMAP_LOCK,
  ...MMU_CONTEXT,
  ...MMU_GATHER,
  ...MOVE_PAGE_TABLES,
  ...MOVE_PTES,
  ...MPROTECT,
  ...PAGE_CACHE,
  ...PAGE_LOCK,
  ...PAGE_VMA_MAPPED,
  ...PIN,
  ...PROT_NUMA,
  ...PTE_BATCH,
  ...REMOVE_MAPPING,
  ...RMAP_WALK,
  ...RSS,
  ...SCHED,
  ...SEQCOUNT,
  ...SHARED_LOCK,
  ...SPARE_PAGES,
  ...SPINLOCK,
  ...SWAP,
  ...SWAP_MAP,
  ...SWAPOPS,
  ...TABLES,
  ...TLB_FLUSH,
  ...TLB_SWITCH,
  ...TLBFLUSH,
  ...TLBFLUSH_UNMAP_BATCH,
  ...TRY_TO_UNMAP,
  ...TRUNCATE,
  ...UACCESS,
  ...UNMAP_BATCH,
  ...VMSCAN,
  ...WORKQUEUE,
  ...WP,
  ...WRITEBACK,
  ...VMALLOC,
  ...VMA_LOCK,
  ...ZAP,
  ...ZAP_DETAILS,
  ...ZAP_PAGE_RANGE,
  ...INTERVAL_TREE,
  ...MREMAP,
  ...SHRINK_INACTIVE_LIST,
  ...TRY_TO_MIGRATE,
  ...SET_PAGE_DIRTY_LOCK,
  ...WP_SHARED,
  ...MOVE_PAGES,
  ...REFERENCED,
  ...MIGRATE_VMA,
  ...SPLIT_TAIL,
  ...COLLAPSE_PTE_MAPPED_THP,
  ...MOVE_PTES_BATCHED,
});
