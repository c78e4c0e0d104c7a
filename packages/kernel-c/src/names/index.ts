/** All names of the kernel that C code may use. */
import { nearest } from '@racewalk/core';
import { ATOMIC_NAMES } from './atomics.js';
import { CONSTANTS } from './constants.js';
import { ENTRY_NAMES } from './entries.js';
import { HostFields } from './fields.js';
import { FLUSH_NAMES } from './flushes.js';
import type { Helper } from './helper.js';
import { LOCK_NAMES } from './locks.js';
import { MM_NAMES } from './mm.js';
import { SERIES_NAMES } from './series.js';
import { SILENT_NAMES } from './silent.js';

const ALL: readonly Helper[] = [
  ...ENTRY_NAMES,
  ...MM_NAMES,
  ...FLUSH_NAMES,
  ...SERIES_NAMES,
  ...LOCK_NAMES,
  ...ATOMIC_NAMES,
  ...SILENT_NAMES,
];

/** Names that the compiler of this package answers itself. */
export const LANGUAGE_NAMES: readonly string[] = Object.freeze(
  (
    'READ_ONCE WRITE_ONCE smp_load_acquire smp_store_release smp_store_mb rcu_dereference rcu_assign_pointer data_race ' +
    'atomic_read atomic_set atomic_long_read atomic_long_set atomic_read_acquire atomic_set_release ' +
    'cmpxchg try_cmpxchg xchg atomic_cmpxchg atomic_xchg ' +
    'likely unlikely IS_ENABLED WARN_ON WARN_ON_ONCE VM_WARN_ON VM_BUG_ON BUG_ON BUG BUILD_BUG min max min_t max_t clamp ' +
    'swap container_of ARRAY_SIZE pte_val pmd_val pgprot_val __pte __pmd __pgprot ALIGN ALIGN_DOWN'
  ).split(' '),
);

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
