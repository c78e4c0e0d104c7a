import type { ThreadClaim } from '@racewalk/machine';

const JANN = 'Jann Horn';
const BARRY = 'Barry Song';
const RYAN = 'Ryan Roberts';

/** What the threads claim about unmapping and about flushes that are put off. */
export const reclaimClaims: readonly ThreadClaim[] = Object.freeze([
  {
    seed: '003',
    who: JANN,
    says: 'Code on the tlb_batched infrastructure is unproblematic.',
    decidedBy: [
      'reclaim/batch-vs-mprotect',
      'reclaim/batch-vs-mprotect#mutant:no-drain',
      'reclaim/batch-vs-mprotect#mutant:barrier-only',
      'reclaim/batch-vs-munmap',
      'reclaim/batch-count',
      'reclaim/batch-count#mutant:flag',
      'reclaim/batch-vs-swapin',
      'reclaim/batch-vs-swapin#mutant:no-drain',
      'reclaim/batched-io',
      'reclaim/batched-io#mutant:io-before-flush',
      'reclaim/batch-vs-writeback',
      'reclaim/batch-vs-writeback#mutant:unlock-before-flush',
    ],
    answer:
      'Tried with mprotect, munmap, a swap-in, write-out and free. It is for all who first make the flush that reclaim owes, as mprotect and munmap do, by count and not by flag, by a flush and not by a barrier. A swap-in that does not shows two pages behind one address, and a page unlocked before the flush loses stores.',
  },
  {
    seed: '003',
    who: JANN,
    says: 'The assumption: no other code makes a present entry non-present and keeps its flush queued.',
    decidedBy: [
      'reclaim/migrate-batch',
      'reclaim/protnone-pending',
      'reclaim/protnone-pending#mutant:valid-only',
      'reclaim/protnone-pending#mutant:announced-late',
    ],
    answer:
      'NUMA hints make entries inaccessible and keep the flush queued, and say so beforehand; whoever empties an inaccessible entry flushes if somebody has said so.',
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
      'reclaim/swap-vs-pin',
    ],
    answer:
      'Yes, from the entry to the folio to swap and back, and for pages given up by MADV_FREE, because what counts is what the entry said when it was emptied.',
  },
  {
    seed: '004',
    who: RYAN,
    says: 'The entry is cleared first, and only then is a swap entry set.',
    decidedBy: ['reclaim/unmap-sync', 'reclaim/unmap-sync#mutant:no-sync'],
    answer:
      'A walk in between sees an empty entry. Whoever has to be certain takes the page-table lock before the first look.',
  },
]);
