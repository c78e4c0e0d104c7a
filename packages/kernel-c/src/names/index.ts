/** All names of the kernel that C code may use. */
import { nearest } from '@racewalk/core';
import { ALLOCATION_NAMES } from './allocations.js';
import { ATOMIC_NAMES } from './atomics.js';
import { COMPLETION_NAMES } from './completions.js';
import { CONSTANTS } from './constants.js';
import { ENTRY_NAMES } from './entries.js';
import { ERR_POINTER_NAMES } from './err-pointers.js';
import { HostFields } from './fields.js';
import { FLUSH_NAMES } from './flushes.js';
import { FUNCTION_NAMES } from './functions/index.js';
import type { Helper } from './helper.js';
import { HUGETLB_NAMES } from './hugetlb.js';
import { LOCK_NAMES } from './locks.js';
import { MM_NAMES } from './mm.js';
import { PAGE_DATA_NAMES } from './page-data.js';
import { SERIES_NAMES } from './series.js';
import { SHARED_LOCK_NAMES } from './shared-locks.js';
import { SILENT_NAMES } from './silent.js';
import { AREA_NAMES } from './vma-lock.js';
import { WAITS } from './waits.js';

const ALL: readonly Helper[] = [
  ...ENTRY_NAMES,
  ...MM_NAMES,
  ...FLUSH_NAMES,
  ...SERIES_NAMES,
  ...FUNCTION_NAMES,
  ...HUGETLB_NAMES,
  ...LOCK_NAMES,
  ...SHARED_LOCK_NAMES,
  ...ALLOCATION_NAMES,
  ...ATOMIC_NAMES,
  ...COMPLETION_NAMES,
  ...PAGE_DATA_NAMES,
  ...AREA_NAMES,
  ...ERR_POINTER_NAMES,
  ...SILENT_NAMES,
];

/** What the compiler of this package answers itself, by what it does. */
const BUILT_IN: readonly (readonly [string, string])[] = [
  [
    'READ_ONCE smp_load_acquire rcu_dereference lockless_dereference rcu_access_pointer',
    'one load that the compiler does not repeat',
  ],
  ['atomic_read atomic_long_read atomic_read_acquire refcount_read', 'one load'],
  ['WRITE_ONCE smp_store_release rcu_assign_pointer', 'one store'],
  ['atomic_set atomic_long_set atomic_set_release refcount_set', 'one store'],
  ['smp_store_mb', 'one store, then a full barrier'],
  ...WAITS,
  ['data_race', 'its argument'],
  ['xchg atomic_xchg cmpxchg atomic_cmpxchg', 'an exchange in one step; the old value'],
  ['try_cmpxchg', 'an exchange in one step; whether it was made, and what was there'],
  ['likely unlikely', 'whether its argument is true'],
  ['IS_ENABLED', 'whether a CONFIG symbol is on: --config'],
  ['WARN_ON WARN_ON_ONCE VM_WARN_ON', 'whether its argument is true'],
  ['VM_BUG_ON BUG_ON BUG', 'ends the race as LIVE if its argument is true'],
  ['BUILD_BUG', 'ends the race as LIVE where it is reached'],
  ['min max min_t max_t clamp', 'of numbers, in their common type'],
  ['swap', 'exchanges two places, in four accesses'],
  [
    'kmalloc kzalloc kvmalloc kvzalloc kmem_cache_alloc',
    'a struct for each call: kmalloc(sizeof(*p), flags)',
  ],
  ['container_of', 'the struct around a member'],
  ['ARRAY_SIZE', 'the length of an array'],
  ['pte_val pmd_val pgprot_val', 'an entry as a number; as a place, its word'],
  ['__pte __pmd __pgprot', 'a number as an entry'],
  ['ALIGN ALIGN_DOWN', 'a number brought to a multiple'],
  ['dsb', 'waits for invalidations and orders: dsb(ish), dsb(ishst)'],
];

/** Names that the compiler of this package answers itself, and what each does. */
export const PATTERN_NAMES: readonly (readonly [string, string])[] = BUILT_IN.flatMap(([names, says]) =>
  names.split(' ').map((name) => [name, says] as const),
);

/** The same without what they do. */
export const LANGUAGE_NAMES: readonly string[] = PATTERN_NAMES.map(([name]) => name);

/** The kernel as C code sees it. */
export class Names {
  readonly helpers: ReadonlyMap<string, Helper> = new Map(ALL.map((helper) => [helper.name, helper]));
  readonly constants = CONSTANTS;
  readonly fields = new HostFields();

  /** The known name most like this one. */
  nearest(name: string): string | null {
    return nearest(name, [...this.helpers.keys(), ...this.constants.keys(), ...LANGUAGE_NAMES]);
  }
}

/** The names; there is one table for everybody. */
export const NAMES = new Names();
