import type { ThreadClaim } from '@racewalk/machine';

const PETER = 'Peter Zijlstra';
const JANN = 'Jann Horn';

/** What is claimed, proposed and doubted in the thread on `ptep_get_lockless()`, October 2022. */
export const zapClaims: readonly ThreadClaim[] = Object.freeze([
  {
    seed: '003',
    who: JANN,
    says: 'The table-removal machinery runs when a whole page table is freed; zapping entries does not trigger it.',
    decidedBy: [
      'gup/aba-grace-period#mutant:no-table-removed',
      'gup/table-free-by-rcu',
      'gup/table-free-by-sync',
    ],
    answer:
      'Right. It makes freed tables safe under a flush that interrupts nobody, and does nothing for an entry that is zapped there: the split load is torn.',
  },
  {
    seed: '003',
    who: PETER,
    says: 'Even if it ran, it would be broken: the code relies on a completed flush, and the RCU scheme is pending until its callback runs.',
    decidedBy: [
      'gup/aba-grace-period#mutant:call-rcu',
      'gup/aba-grace-period#mutant:grace-period-after-unlock',
      'gup/aba-grace-period',
    ],
    answer:
      'Right: a pending callback, and also a grace period waited for after the lock was dropped, come too late. A call of all CPUs before the lock is dropped does help.',
  },
  {
    seed: '003',
    who: PETER,
    says: 'The patch under discussion brings the comment of ptep_get_lockless() up to date: what a load in halves relies on.',
    decidedBy: [
      'gup/store-order',
      'gup/store-order#mutant:set-low-first',
      'gup/store-order#mutant:clear-high-first',
      'gup/store-order#mutant:low-read-once',
      'gup/aba#mutant:irqs-on',
    ],
    answer:
      'Stores high, low; clears low, high; loads low, high, low; and a flush that interrupts. The orders are needed, each of them, and are enough as long as the flush comes before the next mapping and waits for the reader with its interrupts off.',
  },
  {
    seed: '003',
    who: PETER,
    says: 'The easiest fix is to do without kvm_flush_tlb_multi() on i386-pae.',
    decidedBy: [
      'gup/aba#mutant:kvm-flush',
      'gup/aba#mutant:postponed',
      'gup/aba#mutant:postponed-one-zapper',
    ],
    answer:
      'It repairs one of two legs. With every flush an interrupt, a flush that MADV_DONTNEED puts off past the lock still lets the reader be torn, even with a single zap.',
  },
  {
    seed: '003',
    who: PETER,
    says: 'Nobody in his right mind cares about the speed of virtualised i386-pae.',
    decidedBy: [],
    answer: 'Not a question of correctness.',
    undecidable: 'The model has no time.',
  },
  {
    seed: '003',
    who: JANN,
    says: 'Hyper-V and Xen have similar paths: remote flushes by hypercall.',
    decidedBy: ['gup/aba#mutant:hyperv-flush', 'gup/aba#mutant:xen-flush', 'gup/aba#mutant:paravirt'],
    answer:
      'The same verdict for all three: what matters is that a flush may complete without an interrupt of the reader. That these hypervisors do so is taken from the message.',
  },
  {
    seed: '003',
    who: JANN,
    says: 'Linux does not even ensure that a flush lies between tearing one entry down and installing another.',
    decidedBy: [
      'gup/aba#mutant:postponed',
      'gup/aba#mutant:postponed-one-zapper',
      'zap/dontneed-vs-fault#mutant:postponed',
    ],
    answer:
      'Right for MADV_DONTNEED as it is in mainline: a fault may come between the unlock and the flush. The reader is torn where entries are split, and TLBs disagree everywhere.',
  },
  {
    seed: '003',
    who: JANN,
    says: 'Is that correct, in that only a program that races MADV_DONTNEED with faults on the same range sees incoherent TLBs?',
    decidedBy: ['zap/dontneed-vs-fault#mutant:postponed', 'zap/second-dontneed'],
    answer:
      'As far as the program itself goes, yes: before MADV_DONTNEED returns two threads can see two pages behind one address; once it has returned nobody sees the old one. The split load of the kernel is not so lucky.',
  },
  {
    seed: '003',
    who: JANN,
    says: 'The more clearly correct fix is to replace split loads by a wide compare-and-exchange (he writes CMPXCHG16B).',
    decidedBy: ['gup/aba-wide-load', 'gup/aba-wide-load#mutant:split-load'],
    answer:
      'It holds with both legs broken and interrupts on in the reader; going back to split loads there is torn.',
  },
  {
    seed: '003',
    who: JANN,
    says: 'That would probably destroy the performance of GUP-fast.',
    decidedBy: [],
    answer: 'Not decided: a locked load takes the cache line exclusively, which costs, but not in steps.',
    undecidable: 'The model counts steps and has no caches.',
  },
  {
    seed: '003',
    who: JANN,
    says: 'Some architectures with split loads have no double-word compare-and-exchange.',
    decidedBy: ['gup/aba-wide-load'],
    answer:
      'Then the repair of the reader is not open to them, and the zap has to change. The race shows the reader on machines that have it.',
    undecidable: 'Which instructions a port has wired up is not part of a plug-in.',
  },
  {
    seed: '003',
    who: PETER,
    says: 'On x86 it would be the 8-byte instruction, cmpxchg8b.',
    decidedBy: ['gup/aba-wide-load'],
    answer: 'The entry has two 32-bit halves, so a load of 8 bytes is all of it; that is what the race uses.',
  },
  {
    seed: '003',
    who: PETER,
    says: 'MADV_DONTNEED should be fixed instead: incoherent TLBs are a pain nobody needs.',
    decidedBy: ['zap/dontneed-vs-fault', 'zap/dontneed-vs-fault#mutant:postponed'],
    answer:
      'With the flush before the lock is dropped, no two threads see two pages behind one address, on any plug-in; without it they can.',
  },
  {
    seed: '003',
    who: PETER,
    says: 'Forcing the flush before pte_lock is dropped closes the hole.',
    decidedBy: ['gup/aba', 'gup/aba#mutant:paravirt', 'gup/aba-grace-period'],
    answer:
      'It does where flushes interrupt, also against two threads that zap. Under a hypercall flush it does not: there the reader, or one more call of all CPUs, has to change.',
  },
  {
    seed: '003',
    who: PETER,
    says: 'The PMD level was not looked at yet.',
    decidedBy: [
      'gup/pmd-half',
      'gup/pmd-half#mutant:low-once',
      'gup/pmd-half#mutant:high-first',
      'gup/pmd-zap',
      'gup/pmd-zap#linux:6.12',
    ],
    answer:
      'The same rules hold one level up: low, high, low with the flush under the lock is whole; the shorter readers are torn once huge pages come and go. Linux does not keep to them: zap_huge_pmd() drops the lock, and the gather flushes later. With entries in two halves a lockless walker is torn, by one zap.',
  },
  {
    seed: '003',
    who: PETER,
    says: 'zap_pte_range() sets force_flush for ZAP_FLAG_FORCE_FLUSH unless the whole address space goes away (fullmm).',
    decidedBy: [
      'gup/aba',
      'zap/dontneed-vs-fault',
      'zap/vs-writeback',
      'contpte/exit-without-flush',
      'contpte/exit-without-flush#mutant:while-a-thread-runs',
    ],
    answer:
      'The flag is what the races of MADV_DONTNEED set; dirty pages of files were flushed there before. The exception for fullmm is right because exit_mmap() begins when no thread of the process is left to fault or to walk: then a teardown without any invalidation holds, and while a thread still runs it does not.',
  },
  {
    seed: '003',
    who: JANN,
    says: 'That might work, if no other code makes a present entry non-present and keeps the flush queued.',
    decidedBy: [
      'gup/aba-vs-reclaim#mutant:fault-does-not-drain',
      'gup/aba-vs-pageout',
      'reclaim/batched-io',
      'reclaim/migrate-batch',
      'reclaim/migrate-batch#mutant:moved-before-flush',
      'device-exclusive/sealed-vs-move',
    ],
    answer:
      'There is such code: reclaim, with a clean page that a fault keeps it from dropping. The entry goes from present to swap and back with no flush between, and the reader is torn. With a dirty page it is not. MADV_PAGEOUT runs the same reclaim. Since 6.3 try_to_migrate_one() puts its flushes off as well; they come before any page moves, and must. UFFDIO_MOVE of 6.8 does not: it flushes each entry as it takes it.',
  },
  {
    seed: '003',
    who: JANN,
    says: 'The same, as to the split load: code on the tlb_batched infrastructure is unproblematic.',
    decidedBy: [
      'zap/batched-unmap',
      'zap/batched-unmap-two-tables',
      'gup/aba-vs-pageout',
      'gup/aba-vs-reclaim',
      'gup/aba-vs-reclaim#mutant:fault-does-not-drain',
    ],
    answer:
      'For whoever takes entries down, yes: they ask for the flush that is owed. The fault that swaps a page back in does not ask, and through it the split load of a clean page can be torn in this model; asking there, too, repairs it.',
  },
]);
