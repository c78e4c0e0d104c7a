/** Flags and numbers of the kernel's interfaces, by bit. */

/** Names of bits, lowest first; `_` is a bit without a name. */
const bits = (prefix: string, first: number, names: string): [string, bigint][] =>
  names
    .split(' ')
    .flatMap((name, i): [string, bigint][] =>
      name === '_' ? [] : [[prefix + name, 1n << BigInt(first + i)]],
    );

/** Names of numbers that follow one another. */
const row = (prefix: string, first: number, names: string): [string, bigint][] =>
  names.split(' ').map((name, i) => [prefix + name, BigInt(first + i)]);

/** `enum fault_flag` of include/linux/mm_types.h. */
const FAULT_FLAGS = bits(
  'FAULT_FLAG_',
  0,
  'WRITE MKWRITE ALLOW_RETRY RETRY_NOWAIT KILLABLE TRIED USER REMOTE INSTRUCTION INTERRUPTIBLE UNSHARE ORIG_PTE_VALID VMA_LOCK',
);

/** `enum vm_fault_reason` of include/linux/mm_types.h. */
const FAULTS = bits(
  'VM_FAULT_',
  0,
  'OOM SIGBUS MAJOR _ HWPOISON HWPOISON_LARGE SIGSEGV _ NOPAGE LOCKED RETRY FALLBACK DONE_COW NEEDDSYNC COMPLETED',
);

/** Those of include/linux/mm_types.h that GUP takes; what it keeps for itself is in constants.ts. */
const FOLL = bits(
  'FOLL_',
  2,
  'DUMP FORCE NOWAIT NOFAULT HWPOISON ANON LONGTERM SPLIT_PMD PCI_P2PDMA INTERRUPTIBLE HONOR_NUMA_FAULT',
);

/** include/uapi/asm-generic/mman-common.h. */
const MADV = [
  ...row('MADV_', 0, 'NORMAL RANDOM SEQUENTIAL WILLNEED DONTNEED'),
  ...row('MADV_', 8, 'FREE REMOVE DONTFORK DOFORK MERGEABLE UNMERGEABLE HUGEPAGE NOHUGEPAGE DONTDUMP DODUMP'),
  ...row(
    'MADV_',
    18,
    'WIPEONFORK KEEPONFORK COLD PAGEOUT POPULATE_READ POPULATE_WRITE DONTNEED_LOCKED COLLAPSE',
  ),
];

/** All of them. */
export const FLAGS: Readonly<Record<string, bigint>> = Object.freeze({
  ...Object.fromEntries([...FAULT_FLAGS, ...FAULTS, ...FOLL, ...MADV]),
  VM_FAULT_ERROR: 0x873n,
  // What memory an allocation may use decides nothing here.
  GFP_KERNEL: 0xcc0n,
  GFP_KERNEL_ACCOUNT: 0x400cc0n,
  GFP_NOWAIT: 0x2800n,
  GFP_ATOMIC: 0x820n,
});
