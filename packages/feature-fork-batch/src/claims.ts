import type { ThreadClaim } from '@racewalk/machine';

const RYAN = 'Ryan Roberts';
const BARRY = 'Barry Song';

/** What the thread on transparent contiguous PTEs, November 2023, says of fork and of batching. */
export const forkBatchClaims: readonly ThreadClaim[] = Object.freeze([
  {
    seed: '004',
    who: RYAN,
    says: 'Fork copies the entries of a range at once (part 1 of the series).',
    decidedBy: ['fork-batch/stores-vs-copy', 'fork-batch/child-snapshot', 'fork-batch/cow-after-fork'],
    answer:
      'Right for the child, which sees one state of each page, for the parent, which loses no store, and for the counts; as right as one entry at a time.',
  },
  {
    seed: '004',
    who: RYAN,
    says: 'A batch is what maps one folio contiguously, whatever else may differ (part 1).',
    decidedBy: [
      'fork-batch/batch-detection',
      'fork-batch/batch-detection#mutant:past-the-folio',
      'fork-batch/batch-detection#mutant:ignores-frame',
      'fork-batch/batch-detection#mutant:ignores-write',
    ],
    answer:
      'The frame has to be the next, and of the same folio; the write permission may differ if it is noticed. Each rule left out breaks something else.',
  },
  {
    seed: '004',
    who: RYAN,
    says: 'ptep_set_wrprotects() write-protects a whole block without unfolding it (part 13).',
    decidedBy: [
      'fork-batch/stores-vs-copy',
      'fork-batch/stores-vs-copy#mutant:no-flush',
      'fork-batch/stores-vs-copy#mutant:wrprotect-after-flush',
      'fork-batch/late-flush',
    ],
    answer:
      'It may: until the invalidation of fork either protection is right. It needs that invalidation after it, and under the lock that keeps faults out.',
  },
  {
    seed: '004',
    who: RYAN,
    says: 'Blocks that the range covers in part are unfolded first (part 13).',
    decidedBy: [
      'fork-batch/partial-ends',
      'fork-batch/partial-ends#mutant:no-unfold',
      'fork-batch/lockless-vs-wrprotect#mutant:left-mixed',
    ],
    answer:
      'They must be: a block left mixed breaks the rule of the architecture, and a lockless reader of it never returns.',
  },
  {
    seed: '004',
    who: RYAN,
    says: 'Write-protecting keeps what the hardware has recorded as dirty.',
    decidedBy: [
      'fork-batch/stores-vs-copy#mutant:read-then-store',
      'fork-batch/stores-vs-copy#mutant:protect-from-batch',
      'fork-batch/wrprotect-encoding',
      'fork-batch/wrprotect-encoding#mutant:clear-write-bit',
      'fork-batch/lazyfree-dirty',
    ],
    answer:
      'It does, by one atomic update an entry. Where dirty and the write permission share bits, clearing just the one leaves an entry that means something else.',
  },
  {
    seed: '004',
    who: RYAN,
    says: 'Readers without a lock get a consistent value of a folded block, by trying again (part 10).',
    decidedBy: [
      'fork-batch/lockless-vs-wrprotect',
      'fork-batch/lockless-vs-wrprotect#mutant:reader-interrupts',
    ],
    answer:
      'On another CPU yes. In an interrupt handler on the CPU that write-protects the block the reader would try again for ever.',
  },
  {
    seed: '004',
    who: RYAN,
    says: 'Batching avoids the unfold at the first entry and the fold at the last; fork shows how (part 13).',
    decidedBy: ['fork-batch/stores-vs-copy'],
    answer:
      'Counted: for 512 entries in blocks of 16, one invalidation instead of 65 and a third of the reads; see the README of feature-fork-batch.',
  },
  {
    seed: '004',
    who: RYAN,
    says: 'With batches mremap could clear the source block in one go and set the target in one go.',
    decidedBy: ['contpte/teardown-batched', 'fork-batch/stores-vs-copy'],
    answer:
      'Both halves are right by themselves: clearing a block with its flags put together, and setting one at once.',
  },
  {
    seed: '004',
    who: BARRY,
    says: 'The slow mremap is fine as long as it is free of bugs.',
    decidedBy: ['contpte/move-aligned', 'contpte/move-unaligned'],
    answer: 'It is: no store is lost, and no page is reached at the old address once the move is complete.',
  },
]);
