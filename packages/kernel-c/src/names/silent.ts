/** Names that do nothing to a race of page tables, and why. */

import { T } from '../types/ctype.js';
import type { Helper } from './helper.js';

const GROUPS: readonly (readonly [string, string])[] = [
  [
    'page caches and TLBs need no preload in the model',
    'update_mmu_cache_pmd update_mmu_cache_pud prefetchw prefetch',
  ],
  [
    'paravirtual batching is not modelled',
    'arch_enter_lazy_mmu_mode arch_leave_lazy_mmu_mode arch_flush_lazy_mmu_mode',
  ],
  [
    'pages are memory of the kernel all the time',
    'kunmap kunmap_local kunmap_atomic flush_kernel_vmap_range invalidate_kernel_vmap_range',
  ],
  [
    'waiting is modelled by blocking',
    'cpu_relax cond_resched ndelay udelay wake_up wake_up_all wake_up_bit wake_up_var wake_up_interruptible wake_up_interruptible_all wake_up_locked wake_up_poll wake_up_process swake_up_one swake_up_all',
  ],
  [
    'counts memory, and decides nothing here',
    'count_vm_event count_vm_events count_memcg_event_mm mod_node_page_state mod_lruvec_page_state node_stat_mod_folio lruvec_stat_mod_folio check_sync_rss_stat sync_mm_rss init_rss_vec update_hiwater_rss delayacct_wpcopy_start delayacct_wpcopy_end mlock_drain_local mlock_vma_folio mlock_folio munlock_folio munlock_vma_folio',
  ],
  [
    'lists of pages for reclaim are not modelled',
    'folio_set_referenced folio_clear_referenced folio_add_lru folio_add_lru_vma lru_cache_add folio_mark_accessed mark_page_lazyfree lru_add_drain lru_add_drain_all list_add list_del folio_set_swapbacked free_swap_cache __folio_mark_uptodate workingset_refault lru_gen_soft_reclaim',
  ],
  [
    'caches of data and instructions are coherent in the model',
    'flush_cache_range flush_cache_page flush_dcache_page flush_dcache_folio flush_icache_pages flush_icache_pte __sync_cache_and_tags __sync_icache_dcache arch_do_swap_page arch_unmap_one',
  ],
  [
    'checks of debug kernels',
    'arch_check_zapped_pte kmsan_copy_page_meta page_table_check_ptes_set page_table_check_pte_clear page_table_check_pmd_set page_table_check_pmds_set page_table_check_puds_set page_table_check_pmd_clear page_table_check_pud_clear page_table_check_pud_set page_table_check_pte_clear_range page_table_check_pte_set lockdep_assert_held lockdep_assert_held_write lockdep_assert_held_read lockdep_assert_not_held lockdep_assert_irqs_disabled lockdep_assert_preemption_disabled mmap_assert_locked vma_assert_locked cant_sleep might_sleep_if might_lock ASSERT_EXCLUSIVE_WRITER ASSERT_EXCLUSIVE_ACCESS __acquire __release __acquires __releases mmap_assert_write_locked vma_assert_write_locked might_sleep kasan_check_write __check_safe_pte_update rcu_read_lock_held BUILD_BUG_ON assert_spin_locked',
  ],
  ['address spaces and areas stay', 'mmget mmput mmput_async mmgrab mmdrop'],
  ['the gather knows small pages only', 'tlb_change_page_size'],
  [
    'the model has neither zero pages of KSM nor pages of devices',
    'ksm_might_unmap_zero_page put_dev_pagemap gup_fast_undo_dev_pagemap',
  ],
  [
    'tells people only',
    'pr_warn pr_err pr_info pr_debug printk trace_printk dump_page pr_warn_once print_bad_pte pr_alert',
  ],
  [
    'preemption changes no order of steps: any other thread may run between any two',
    'preempt_disable preempt_enable migrate_disable migrate_enable put_cpu local_bh_disable local_bh_enable',
  ],
  ['instruction pipelines are not modelled', 'isb'],
  [
    'what the initial state declares is ready at the start',
    'spin_lock_init raw_spin_lock_init rwlock_init mutex_init init_rwsem init_waitqueue_head seqcount_init seqlock_init',
  ],
];

const silent = (name: string, says: string): Helper => ({
  name,
  floor: 'no effect',
  args: null,
  result: 'void',
  type: T.void,
  op: '',
  here: '',
  pure: () => 0n,
  steps: null,
  transparent: false,
  says,
});

/** Names without effect. */
export const SILENT_NAMES: readonly Helper[] = GROUPS.flatMap(([why, names]) =>
  names.split(' ').map((name) => silent(name, why)),
);
