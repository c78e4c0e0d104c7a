/** Macros of the kernel's headers: waiting, loops that block until what they read has changed; variables of a CPU. */
import { type Macro, parseUnit } from '../parse/unit.js';
import { COMMON, COMMON_SAYS } from './common.js';
import { LIST_NAMES, LISTS } from './lists.js';

const TEXT = `
#define smp_cond_load_relaxed(ptr, cond) ({ typeof(*(ptr)) VAL; for (;;) { VAL = READ_ONCE(*(ptr)); if (cond) break; cpu_relax(); } VAL; })
#define smp_cond_load_acquire(ptr, cond) ({ typeof(*(ptr)) VAL; for (;;) { VAL = READ_ONCE(*(ptr)); if (cond) break; cpu_relax(); } smp_acquire__after_ctrl_dep(); VAL; })
#define atomic_cond_read_relaxed(v, cond) ({ int VAL; for (;;) { VAL = atomic_read(v); if (cond) break; cpu_relax(); } VAL; })
#define atomic_cond_read_acquire(v, cond) ({ int VAL; for (;;) { VAL = atomic_read(v); if (cond) break; cpu_relax(); } smp_acquire__after_ctrl_dep(); VAL; })
#define fallthrough 0
#define wait_event(wq, cond) do { while (!(cond)) cpu_relax(); smp_acquire__after_ctrl_dep(); } while (0)
#define wait_on_bit(word, bit, mode) ({ while (test_bit(bit, word)) cpu_relax(); smp_acquire__after_ctrl_dep(); 0; })
#define wait_on_bit_lock(word, bit, mode) ({ while (test_and_set_bit(bit, word)) cpu_relax(); 0; })
`;

/** Each with what it does. */
export const WAITS: readonly (readonly [string, string])[] = [
  ['smp_cond_load_relaxed atomic_cond_read_relaxed', 'waits until a condition on VAL holds'],
  ['smp_cond_load_acquire atomic_cond_read_acquire', 'waits until a condition on VAL holds, and orders'],
  ['wait_event', 'waits until the condition holds'],
  ['wait_on_bit wait_on_bit_lock', 'waits until a bit is clear; takes it'],
  [
    ['this_cpu', '__this_cpu', 'raw_cpu']
      .flatMap((name) =>
        'read write add sub and or inc dec add_return sub_return inc_return dec_return xchg cmpxchg ptr'
          .split(' ')
          .map((op) => `${name}_${op}`),
      )
      .join(' '),
    'the variable of this CPU, which no agent on another one can be in the middle of',
  ],
  [
    'make_migration_entry_young make_migration_entry_dirty',
    'the entry as it is: entries on the move keep neither bit, as where swap offsets have no room for them',
  ],
  ['is_migration_entry_young is_migration_entry_dirty', 'no: entries on the move keep neither bit'],
  [
    'pte_next_pfn PAGE_ALIGN contpte_align_down __set_ptes folio_set_dirty',
    'written with the names that are known',
  ],
  ...COMMON_SAYS,
  ['kref_init kref_read kref_get kref_get_unless_zero kref_put', 'a reference count in a struct'],
  ['read_seqbegin read_seqretry write_seqlock write_sequnlock', 'a sequence count with its lock'],
  ['bit_spin_lock bit_spin_unlock', 'a lock that is one bit'],
  [
    'wait_var_event wait_event_interruptible wait_event_killable wait_event_timeout',
    'waits until the condition holds; no signal comes, and no time runs out',
  ],
  ['page_remove_rmap unpin_user_page page_ref_freeze', 'the same of the folio of a page'],
  [
    'set_page_writeback end_page_writeback wait_on_page_writeback PageWriteback',
    'the same of the folio of a page',
  ],
  [LIST_NAMES.join(' '), 'a list of structs of the race, by loads and stores'],
  ['get_cpu_var get_cpu_ptr put_cpu_var put_cpu_ptr per_cpu per_cpu_ptr', 'the variable of a CPU'],
];

const ON_THIS_CPU = `
#define OP_read(v) READ_ONCE(v)
#define OP_write(v, n) WRITE_ONCE(v, n)
#define OP_add(v, n) ((void)((v) += (n)))
#define OP_sub(v, n) ((void)((v) -= (n)))
#define OP_and(v, n) ((void)((v) &= (n)))
#define OP_or(v, n) ((void)((v) |= (n)))
#define OP_inc(v) ((void)((v)++))
#define OP_dec(v) ((void)((v)--))
#define OP_add_return(v, n) ((v) += (n))
#define OP_sub_return(v, n) ((v) -= (n))
#define OP_inc_return(v) (++(v))
#define OP_dec_return(v) (--(v))
#define OP_xchg(v, n) ({ typeof(v) was_ = (v); (v) = (n); was_; })
#define OP_cmpxchg(v, old, n) ({ typeof(v) was_ = (v); if (was_ == (old)) (v) = (n); was_; })
#define OP_ptr(p) (p)
`;

const PER_CPU = `${['this_cpu', '__this_cpu', 'raw_cpu'].map((name) => ON_THIS_CPU.replace(/OP/g, name)).join('')}
#define per_cpu_ptr(p, cpu) (&per_cpu(p, cpu))
#define get_cpu_var(v) (v)
#define get_cpu_ptr(p) (p)
#define put_cpu_var(v) ((void)0)
#define put_cpu_ptr(p) ((void)0)
`;

/** Short for what the table of names has, and what a kernel without such bits does. */
const SHORT = `
#define make_migration_entry_young(entry) (entry)
#define make_migration_entry_dirty(entry) (entry)
#define is_migration_entry_young(entry) (0)
#define is_migration_entry_dirty(entry) (0)
#define pte_next_pfn(pte) pte_advance_pfn(pte, 1)
#define PAGE_ALIGN(x) ALIGN(x, PAGE_SIZE)
#define contpte_align_down(p) PTR_ALIGN_DOWN(p, CONT_PTES * 8)
#define __set_ptes(mm, addr, p, pte, nr) do { int n_ = 0; pte_t first_ = (pte); for (; n_ < (nr); n_++) __set_pte((p) + n_, pte_advance_pfn(first_, n_)); } while (0)
#define kref_init(k) refcount_set(&(k)->refcount, 1)
#define kref_read(k) refcount_read(&(k)->refcount)
#define kref_get(k) refcount_inc(&(k)->refcount)
#define kref_get_unless_zero(k) refcount_inc_not_zero(&(k)->refcount)
#define kref_put(k, release) ({ int last_ = refcount_dec_and_test(&(k)->refcount); if (last_) release(k); last_; })
#define read_seqbegin(s) read_seqcount_begin(&(s)->seqcount)
#define read_seqretry(s, start) read_seqcount_retry(&(s)->seqcount, start)
#define write_seqlock(s) do { spin_lock(&(s)->lock); write_seqcount_begin(&(s)->seqcount); } while (0)
#define write_sequnlock(s) do { write_seqcount_end(&(s)->seqcount); spin_unlock(&(s)->lock); } while (0)
#define bit_spin_lock(bit, word) do { while (test_and_set_bit_lock(bit, word)) cpu_relax(); } while (0)
#define bit_spin_unlock(bit, word) clear_bit_unlock(bit, word)
#define wait_var_event(var, cond) do { while (!(cond)) cpu_relax(); smp_acquire__after_ctrl_dep(); } while (0)
#define wait_event_interruptible(wq, cond) ({ while (!(cond)) cpu_relax(); smp_acquire__after_ctrl_dep(); 0; })
#define wait_event_killable(wq, cond) wait_event_interruptible(wq, cond)
#define wait_event_timeout(wq, cond, timeout) (wait_event_interruptible(wq, cond), 1)
#define page_remove_rmap(page, vma, compound) folio_remove_rmap_pte(page_folio(page), page, vma)
#define unpin_user_page(page) gup_put_folio(page_folio(page), 1, FOLL_PIN)
#define page_ref_freeze(page, count) folio_ref_freeze(page_folio(page), count)
#define folio_set_dirty(folio) folio_mark_dirty(folio)
#define set_page_writeback(page) folio_start_writeback(page_folio(page))
#define end_page_writeback(page) folio_end_writeback(page_folio(page))
#define wait_on_page_writeback(page) folio_wait_writeback(page_folio(page))
#define PageWriteback(page) folio_test_writeback(page_folio(page))
`;

/** Those that do nothing here, where a kernel with room in its entries keeps a bit: said below the verdict. */
export const KEEPS_NOTHING: ReadonlySet<string> = new Set([
  'make_migration_entry_young',
  'make_migration_entry_dirty',
]);

let macros: ReadonlyMap<string, Macro> | null = null;

/** One of them by name; the grammar must have been loaded. */
export const waitOf = (name: string): Macro | undefined => {
  macros ??= parseUnit(TEXT + PER_CPU + SHORT + COMMON + LISTS, 'waits').macros;
  return macros.get(name);
};
