import type { Claim } from '@racewalk/core';

const JANN = 'Jann Horn';
const BARRY = 'Barry Song';
const RYAN = 'Ryan Roberts';

/** What the threads claim about unmapping and about flushes that are put off. */
export const reclaimClaims: readonly Claim[] = Object.freeze([
  {
    seed: '003',
    who: JANN,
    says: 'Flushing before pte_lock is dropped works only if no other path empties a present entry and keeps its flush queued.',
    decidedBy: [
      'reclaim/batch-vs-munmap',
      'reclaim/batch-vs-munmap#mutant:no-drain',
      'reclaim/batch-vs-mprotect#mutant:no-drain',
    ],
    answer:
      'Right: reclaim is such a path, and a zap or mprotect that does not make the flush for it leaves a stale translation behind.',
  },
  {
    seed: '003',
    who: JANN,
    says: 'At least the paths that use the tlb_batched infrastructure are unproblematic.',
    decidedBy: [
      'reclaim/batch-vs-munmap',
      'reclaim/batch-vs-mprotect',
      'reclaim/batch-count',
      'reclaim/batch-count#mutant:flag',
      'reclaim/batch-vs-munmap#mutant:barrier-only',
    ],
    answer:
      'For zap, mprotect and mremap, yes, because each makes the flushes reclaim owes before it looks. It takes counts, not a flag, and a flush, not a barrier; Linux had the flag before 5.17, and arm64 the barrier before 6.16.',
  },
  {
    seed: '003',
    who: JANN,
    says: 'At least the paths that use the tlb_batched infrastructure are unproblematic: also for a fault that maps another page?',
    decidedBy: ['reclaim/batch-vs-swapin', 'reclaim/batch-vs-swapin#mutant:no-drain'],
    answer:
      'If the swap-in makes the flush first. If it does not, two threads may see two pages behind one address until reclaim flushes.',
  },
  {
    seed: '003',
    who: JANN,
    says: 'At least the paths that use the tlb_batched infrastructure are unproblematic: also for the contents of the page?',
    decidedBy: [
      'reclaim/batched-io',
      'reclaim/batched-io#mutant:io-before-flush',
      'reclaim/batched-io#mutant:free-before-flush',
      'reclaim/batch-vs-writeback',
      'reclaim/batch-vs-writeback#mutant:unlock-before-flush',
    ],
    answer:
      'If the flush comes before the page is written out, freed, or left to writeback. A page that is unlocked before it loses stores.',
  },
  {
    seed: '004',
    who: BARRY,
    says: 'try_to_unmap_one goes through a folio entry by entry when it is reclaimed: is every store accounted for?',
    decidedBy: [
      'reclaim/unmap-one',
      'reclaim/unmap-one#mutant:dirty-before-clear',
      'reclaim/lazyfree-redirtied',
      'reclaim/madvise-free',
      'reclaim/lazyfree-vs-pin',
    ],
    answer:
      'Yes, from the entry to the folio to swap and back, and for pages given up by MADV_FREE, because what counts is what the entry said when it was emptied.',
  },
  {
    seed: '004',
    who: RYAN,
    says: 'The entry is cleared first, and a swap entry is set afterwards: what of a walk that comes by in between?',
    decidedBy: ['reclaim/unmap-sync', 'reclaim/unmap-sync#mutant:no-sync'],
    answer:
      'It sees an empty entry. Whoever has to be certain takes the page-table lock before the first look.',
  },
]);
