/** Names of the kernel that a race says in another way: what is refused, and what to write. */
const WAYS: readonly (readonly [RegExp, string, string])[] = [
  [
    /^(?:INIT_(?:DELAYED_|DEFERRABLE_|RCU_)?WORK(?:_ONSTACK)?|(?:schedule|queue|mod|flush|cancel)_(?:delayed_|rcu_)?work(?:_on|_sync)?|flush_workqueue|drain_workqueue|destroy_workqueue|alloc_workqueue)$/,
    'work items are run by nobody here',
    'write the work as an agent that waits until it is queued: P2(void) { while (!smp_load_acquire(&queued)) cpu_relax(); my_work(&w); smp_store_release(&done, 1); }; who flushes it waits for done',
  ],
  [
    /^(?:timer_setup|mod_timer|add_timer|del_timer(?:_sync)?|timer_(?:delete|shutdown)(?:_sync)?|hrtimer_\w+|tasklet_\w+|irq_work_\w+|task_work_add)$/,
    'nothing runs later here',
    'write what runs later as an agent that waits until a word says so',
  ],
  [
    /^(?:kthread_(?:run|create|stop|should_stop|park|unpark)|kernel_thread|wake_up_new_task)$/,
    'threads are there from the start',
    'write the thread as an agent: P1(…) { … }, and let it wait for a word',
  ],
  [
    /^(?:on_each_cpu(?:_mask|_cond|_cond_mask)?|smp_call_function(?:_single|_many|_any|_single_async)?|arch_send_call_function\w*|irq_work_sync)$/,
    'no function is run on another CPU',
    'flush_tlb_mm() and flush_tlb_all() interrupt the CPUs that they must and wait; tlb_remove_table_sync_one() interrupts all and waits, without a flush; write any other handler as an agent',
  ],
  [
    /^(?:local_flush_tlb_\w+|__flush_tlb_(?!range)\w+|flush_tlb_one_\w+|native_flush_tlb_\w+|invlpg|__invlpg|invpcid_\w+|__tlbi\w*|sfence_vma\w*)$/,
    'this is below what a race of all architectures can call',
    'flush_tlb_page(vma, addr), flush_tlb_range(vma, start, end), flush_tlb_mm(mm), or flush_tlb_page_nosync(vma, addr), which does not wait',
  ],
  [
    /^(?:set_current_state|__set_current_state|prepare_to_wait\w*|finish_wait|schedule|schedule_timeout\w*|add_wait_queue\w*|remove_wait_queue|init_wait|DEFINE_WAIT|set_task_state)$/,
    'tasks are not put to sleep by hand',
    'wait_event(wq, condition) waits; to look at the order itself, give the task a word: smp_store_mb(*state, TASK_UNINTERRUPTIBLE); and let the waker read it behind smp_mb()',
  ],
  [
    /^(?:xa_\w+|xas_\w+|radix_tree_\w+|rb_\w+|mas_\w+|mt_\w+|idr_\w+|ida_\w+|rhashtable_\w+|llist_\w+|klist_\w+|plist_\w+)$/,
    'this container is not there',
    'take an array or a list (list_add, hlist_add_head, rcu_assign_pointer), which has the same order of stores where that is what the race is about',
  ],
  [
    /^(?:srcu_\w+|synchronize_srcu\w*|call_srcu|rcu_barrier\w*|init_srcu_struct|synchronize_net|stop_machine\w*)$/,
    'there is one kind of RCU',
    'rcu_read_lock(), rcu_read_unlock() and synchronize_rcu()',
  ],
  [
    /^(?:percpu_ref_\w+|percpu_counter_\w+|percpu_(?:down|up|init|free)\w*)$/,
    'this counter is not there',
    'DEFINE_PER_CPU(int, n) with this_cpu_inc(n) and per_cpu(n, cpu), or refcount_t',
  ],
];

/** Why a name is refused and what to write; null if nothing is known of it. */
export function elsewhere(name: string): { readonly what: string; readonly hint: string } | null {
  const [, what, hint] = WAYS.find(([names]) => names.test(name)) ?? [];
  return what === undefined || hint === undefined ? null : { what: `${name}(): ${what}`, hint };
}
