/** Constants of the kernel. */
import type { Machine } from '@racewalk/machine';
import type { Value } from '../run/objects.js';
import { type CType, struct, T } from '../types/ctype.js';
import { FLAGS } from './flags.js';

/** A name with a value that an architecture may decide. */
export interface Constant {
  readonly type: CType;
  readonly of: (m: Machine) => Value;
}

const PAGE = 4096n;
const mask = (size: bigint): bigint => BigInt.asUintN(64, ~(size - 1n));
const block = (m: Machine): bigint => PAGE * BigInt(m.contPtes);

/** Flags of areas, by bit. */
export const VM_FLAGS: Readonly<Record<string, bigint>> = Object.freeze({
  VM_READ: 1n,
  VM_WRITE: 2n,
  VM_EXEC: 4n,
  VM_SHARED: 8n,
  VM_MAYREAD: 0x10n,
  VM_MAYWRITE: 0x20n,
  VM_GROWSDOWN: 0x100n,
  VM_PFNMAP: 0x400n,
  VM_LOCKED: 0x2000n,
  VM_IO: 0x4000n,
  VM_MAYSHARE: 0x80n,
  VM_HUGETLB: 0x40_0000n,
  VM_MIXEDMAP: 0x1000_0000n,
  VM_SOFTDIRTY: 0x800_0000n,
  VM_UFFD_WP: 0x1000n,
});

const numbers = (type: CType, table: Readonly<Record<string, bigint>>): [string, Constant][] =>
  Object.entries(table).map(([name, value]) => [name, { type, of: () => value }]);

const ERRORS = {
  EPERM: 1n,
  EINTR: 4n,
  ENXIO: 6n,
  EBADF: 9n,
  EACCES: 13n,
  EEXIST: 17n,
  EOPNOTSUPP: 95n,
  EHWPOISON: 133n,
  ENOENT: 2n,
  EIO: 5n,
  EAGAIN: 11n,
  ENOMEM: 12n,
  EFAULT: 14n,
  EBUSY: 16n,
  EINVAL: 22n,
  TASK_UNINTERRUPTIBLE: 2n,
  TASK_INTERRUPTIBLE: 1n,
  TASK_KILLABLE: 0x102n,
};

const EVENTS = {
  MMU_NOTIFY_UNMAP: 'unmap',
  MMU_NOTIFY_CLEAR: 'clear',
  MMU_NOTIFY_PROTECTION_VMA: 'protection-vma',
  MMU_NOTIFY_PROTECTION_PAGE: 'protection-page',
  MMU_NOTIFY_SOFT_DIRTY: 'soft-dirty',
  MMU_NOTIFY_MIGRATE: 'migrate',
  MMU_NOTIFY_EXCLUSIVE: 'exclusive',
};

const INIT_MM = Object.freeze({ name: 'init_mm' });

const BY_MACHINE: Readonly<Record<string, Constant>> = {
  CONT_PTES: { type: T.int, of: (m) => BigInt(m.contPtes) },
  CONT_PTE_SIZE: { type: T.ulong, of: block },
  CONT_PTE_MASK: { type: T.ulong, of: (m) => mask(block(m)) },
  // Protections as `vm_get_page_prot()` makes them; `PAGE_COPY` is a private mapping's, and so not writable.
  PAGE_NONE: { type: T.pte, of: (m) => m.v.protNone() },
  PAGE_READONLY: { type: T.pte, of: (m) => m.v.mkProt({ read: true, write: false }) },
  PAGE_COPY: { type: T.pte, of: (m) => m.v.mkProt({ read: true, write: false }) },
  PAGE_SHARED: { type: T.pte, of: (m) => m.v.mkProt({ read: true, write: true }) },
  NULL: { type: T.any, of: () => null },
  // The kernel's own address space: none of the race is it.
  init_mm: { type: struct('mm_struct'), of: () => INIT_MM },
  current: { type: T.any, of: () => null },
  mmlist_lock: { type: struct('spinlock'), of: () => null },
  PUD_SIZE: { type: T.ulong, of: () => PAGE << 18n },
  PUD_MASK: { type: T.ulong, of: () => mask(PAGE << 18n) },
  P4D_SIZE: { type: T.ulong, of: () => PAGE << 27n },
  P4D_MASK: { type: T.ulong, of: () => mask(PAGE << 27n) },
  PGDIR_SIZE: { type: T.ulong, of: () => PAGE << 27n },
  PGDIR_MASK: { type: T.ulong, of: () => mask(PAGE << 27n) },
  PMD_MASK: { type: T.ulong, of: () => mask(PAGE * 512n) },
  PMD_SIZE: { type: T.ulong, of: () => PAGE * 512n },
  HPAGE_SIZE: { type: T.ulong, of: () => PAGE * 512n },
  HPAGE_MASK: { type: T.ulong, of: () => mask(PAGE * 512n) },
  HPAGE_PMD_SIZE: { type: T.ulong, of: () => PAGE * 512n },
  HPAGE_PMD_MASK: { type: T.ulong, of: () => mask(PAGE * 512n) },
};

/** All of them. */
export const CONSTANTS: ReadonlyMap<string, Constant> = new Map([
  ...numbers(T.ulong, {
    PAGE_SIZE: PAGE,
    PAGE_MASK: mask(PAGE),
    ...VM_FLAGS,
    // loongarch: what leads to no table leads to one that is empty; none of the model's is.
    invalid_pte_table: 0n,
    invalid_pmd_table: 0n,
    TLB_FLUSH_ALL: 0xffff_ffff_ffff_ffffn,
    ULONG_MAX: 0xffff_ffff_ffff_ffffn,
  }),
  ...numbers(T.uint, FLAGS),
  ...numbers(T.int, {
    PAGE_SHIFT: 12n,
    PMD_SHIFT: 21n,
    PUD_SHIFT: 30n,
    HPAGE_PMD_SHIFT: 21n,
    HPAGE_PUD_SHIFT: 30n,
    P4D_SHIFT: 39n,
    PGDIR_SHIFT: 39n,
    PTRS_PER_PTE: 512n,
    HPAGE_PMD_ORDER: 9n,
    HPAGE_PMD_NR: 512n,
    PVMW_SYNC: 1n,
    PVMW_MIGRATION: 2n,
    INT_MAX: 0x7fff_ffffn,
    CYDP_CLEAR_YOUNG: 1n,
    CYDP_CLEAR_DIRTY: 2n,
    ...ERRORS,
  }),
  ...numbers(T.int, {
    RMAP_NONE: 0n,
    RMAP_EXCLUSIVE: 1n,
    FOLL_WRITE: 1n,
    FOLL_GET: 2n,
    FOLL_PIN: 0x10_0000n,
    SINGLE_DEPTH_NESTING: 1n,
    MM_FILEPAGES: 0n,
    MM_ANONPAGES: 1n,
    MM_SWAPENTS: 2n,
    MM_SHMEMPAGES: 3n,
    NR_MM_COUNTERS: 4n,
    NUMA_NO_NODE: -1n,
    LAST_CPUPID_SHIFT: 21n,
    NUMA_BALANCING_NORMAL: 1n,
    sysctl_numa_balancing_mode: 1n,
    jiffies: 0n,
  }),
  ...Object.entries(EVENTS).map(([name, event]): [string, Constant] => [
    name,
    { type: T.any, of: () => event },
  ]),
  ...Object.entries(BY_MACHINE),
]);
