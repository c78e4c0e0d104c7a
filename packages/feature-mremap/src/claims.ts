import type { ThreadClaim } from '@racewalk/machine';

const BARRY = 'Barry Song';
const RYAN = 'Ryan Roberts';

/** What the quoted `move_ptes` and the answer to it claim, as far as it is not about blocks alone. */
export const mremapClaims: readonly ThreadClaim[] = Object.freeze([
  {
    seed: '004',
    who: BARRY,
    says: 'move_ptes may ignore the order of the two page-table locks, because mmap_lock is held exclusively.',
    decidedBy: ['mremap/two-moves', 'mremap/two-moves#mutant:no-mmap-lock'],
    answer: 'Right. Without that lock two moves in opposite directions wait for each other for ever.',
  },
  {
    seed: '004',
    who: BARRY,
    says: 'move_ptes calls flush_tlb_batched_pending() before it looks at an entry.',
    decidedBy: [
      'mremap/move-vs-batched-unmap',
      'mremap/move-vs-batched-unmap#mutant:no-drain',
      'mremap/move-vs-batched-unmap#mutant:barrier-only',
    ],
    answer:
      'It has to: a swap entry is moved without a flush, and the translation it took the place of may still be in a TLB. A barrier in place of the flush does not do.',
  },
  {
    seed: '004',
    who: BARRY,
    says: 'The quoted move_ptes takes the locks of the reverse map only if need_rmap_locks says so.',
    decidedBy: [
      'mremap/rmap-locks',
      'mremap/rmap-locks#mutant:no-rmap-lock',
      'mremap/rmap-order',
      'mremap/rmap-order#mutant:new-first',
    ],
    answer:
      'It has to where a walk may visit the new area before the old one. If the old one comes first, a walk that locks before it looks misses nothing.',
  },
  {
    seed: '004',
    who: BARRY,
    says: 'Entries are taken with ptep_get_and_clear and set at the new address one by one: is that handled, aligned or not?',
    decidedBy: [
      'mremap/move-vs-writer',
      'mremap/move-vs-writer#mutant:copy-then-clear',
      'mremap/move-vs-mkclean',
      'mremap/move-vs-reclaim',
    ],
    answer:
      'Yes, also while another CPU stores, writeback cleans or reclaim frees the page; the old addresses must be invalidated before either lock is dropped.',
  },
  {
    seed: '004',
    who: RYAN,
    says: 'The same mechanism serves mremap: the architecture unfolds at the first entry taken and folds at the last one set.',
    decidedBy: ['mremap/move-vs-writer', 'mremap/move-vs-mkclean', 'mremap/move-vs-reclaim'],
    answer: 'The full protocol holds for a folded block that arrives aligned and for one that does not.',
  },
  {
    seed: '004',
    who: BARRY,
    says: 'The quoted move_ptes gives up with EAGAIN if a page table has gone.',
    decidedBy: ['mremap/table-gone', 'mremap/table-gone#mutant:asks-nothing'],
    answer:
      'It has to: a table of a file mapping may be taken away without the mmap lock. The upper level is looked at again under the page-table lock, nothing is moved if it leads elsewhere, and the caller starts over. Without that look a mapping that was given up stands at the new address.',
  },
  {
    seed: '004',
    who: BARRY,
    says: 'The quoted move_ptes runs in lazy MMU mode.',
    decidedBy: ['mremap/lazy-mmu', 'mremap/lazy-mmu#mutant:left-after-unlock'],
    answer:
      'Right as long as the mode is left before the page-table locks are dropped, as it is: whoever takes them next finds the page at one address or the other. Left later, the page is in neither table for a moment.',
  },
  {
    seed: '004',
    who: RYAN,
    says: 'Moving has not been seen as a hotspot; is there data to the contrary?',
    decidedBy: [],
    answer: 'Not decided here.',
    undecidable: 'How often a program moves memory is a question of workloads.',
  },
  {
    seed: '004',
    who: BARRY,
    says: 'In earlier tests mremap was not seen often, so no worries.',
    decidedBy: [],
    answer: 'Not decided here.',
    undecidable: 'As above.',
  },
]);
