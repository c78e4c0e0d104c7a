/** Functions that the threads name and this project does not have under that name, with the reason. One that comes to be here moves to the first table of the page by itself. */

const CONTEXT = 'stands in the diff as context only';

/** @type {Readonly<Record<string, Readonly<Record<string, string>>>>} */
export const ABSENT = {
  '000': {
    __pte_clear: `${CONTEXT}; one entry emptied by a plain store is \`entries.writeOnce\``,
    __ptep_get_and_clear_full:
      'a name in the discussion; the patch calls it `contpte_ptep_get_and_clear_full`, which is here',
    __set_ptes: 'named in a comment; one entry set by a plain store is `entries.writeOnce`',
    __sync_icache_dcache: 'no instruction caches in the model, and no entry becomes executable',
    cmpxchg_relaxed: '`entries.cmpxchg`; steps are sequentially consistent, so there is no weaker form',
    is_el1_instruction_abort: `${CONTEXT}: the kernel's own faults`,
    pmd_modify: `${CONTEXT}: huge pages`,
    pmd_pte: `${CONTEXT}; an entry of the upper level is a word of the same type`,
    pte_pmd: `${CONTEXT}; an entry of the upper level is a word of the same type`,
    pte_val: 'an entry is its word; `entries.cmpxchg` takes both',
    show_pte: `${CONTEXT}; entries are printed by \`racewalk pte\``,
  },
  '001': {
    mmu_notifier_range_init: 'a range is an object; it is written where it is passed',
    kernel_poison_pages: `${CONTEXT}: filling free pages with a pattern`,
    page_poisoning_enabled: `${CONTEXT}: filling free pages with a pattern`,
    unmap_mapping_range: 'an example of a caller of `tlb_gather_mmu`; the zap under it is `zapPteRange`',
  },
  '002': {
    copy_present_pte:
      'copies a run since Linux 6.9: `copyPresentPtes` in [mm/src/memory/copy-present.ts](../packages/mm/src/memory/copy-present.ts)',
    mmu_notifier_range_init: 'a range is an object; it is written where it is passed',
    page_add_file_rmap: 'no page of a file can become device-exclusive; restoring one is an error',
    try_to_protect: 'version 8; Linux 5.14 has it as `page_make_device_exclusive_one`, which is here',
    update_mmu_cache: 'preloads a TLB or flushes a cache on architectures that none of the plug-ins models',
    pte_has_swap_entry: 'from a series not merged then; `isSwapPte` answers the question',
    vm_normal_page_pmd: `${CONTEXT}: huge pages`,
  },
  '003': {
    cmpxchg16b: 'named by mistake for the next one, as the answer says',
    cmpxchg8b:
      '`ptepGetLocklessCmpxchg8b` in [feature-zap/src/ops/wide.ts](../packages/feature-zap/src/ops/wide.ts)',
    cmpxchg_double: 'the generic name of such an instruction; see `cmpxchg8b`',
    hyperv_flush_tlb_multi:
      'a hypercall that interrupts nobody: the parameter `flush: "paravirt"` of a world',
    kvm_flush_tlb_multi:
      'the patch `KVM_FLUSH` in [feature-zap/src/ops/flush-tlb-multi.ts](../packages/feature-zap/src/ops/flush-tlb-multi.ts)',
    xen_flush_tlb_multi: 'a hypercall that interrupts nobody: the parameter `flush: "paravirt"` of a world',
    remove_table:
      'short for `tlb_remove_table`: `tlbRemoveTable` in [mm/src/mmu_gather/tables.ts](../packages/mm/src/mmu_gather/tables.ts)',
  },
  '004': {
    __flush_tlb_range:
      '`flushTlbRange` and, without the trailing barrier, `flushTlbRangeNosync` of `machine.tlb`',
    arch_enter_lazy_mmu_mode: 'entries are written at once; no plug-in batches the writes themselves',
    contpte_fold: 'renamed in the same message: `contpte_convert`',
    pte_offset_map_nolock: 'a table is always mapped; only its lock is taken',
    ptep_clear: '`ptepGetAndClear` with its result dropped',
    ptep_set_wrprotects: 'version 2; merged as `wrprotect_ptes`, which is here',
    spin_lock_nested: 'an annotation for lockdep; the second lock is taken like the first',
  },
};
