import type { ThreadClaim } from '@racewalk/machine';

const RYAN = 'Ryan Roberts';

/** What the list of parts claims, one operation after the other; parts 1, 11 and 13 are claims of their own. */
export const seriesClaims: readonly ThreadClaim[] = [
  {
    seed: '004',
    who: RYAN,
    says: 'set_pte(), set_ptes() and set_pte_at() manage the contiguous mark (parts 2 and 3).',
    decidedBy: [
      'contpte/fold-vs-walker',
      'contpte/move-aligned',
      'contpte/move-unaligned',
      'contpte/move-unaligned#mutant:copy-verbatim',
    ],
    answer:
      'They set it where a block is complete and leave it off everywhere else; an entry stored with the mark it came with is a block at the wrong place.',
  },
  {
    seed: '004',
    who: RYAN,
    says: 'pte_clear() manages it (part 4).',
    decidedBy: [
      'contpte/clear-one',
      'contpte/clear-one#mutant:in-place',
      'contpte/clear-one#mutant:in-place-flags',
    ],
    answer:
      'It unfolds first. Emptied in place, the entry takes the store of a neighbour with it, and its page is reached after it was freed.',
  },
  {
    seed: '004',
    who: RYAN,
    says: 'ptep_get_and_clear() manages it (part 5).',
    decidedBy: [
      'contpte/reclaim-one',
      'contpte/teardown-unfold',
      'contpte/teardown-unfold#mutant:bare-exchange',
    ],
    answer: 'It unfolds first, so what it returns is what the block knew.',
  },
  {
    seed: '004',
    who: RYAN,
    says: 'ptep_test_and_clear_young() serves a block (part 6).',
    decidedBy: [
      'access-flags/test-and-clear-young',
      'access-flags/test-and-clear-young#mutant:read-then-store',
    ],
    answer:
      'It ages every entry of the block and unfolds nothing; by one atomic update an entry it loses no store.',
  },
  {
    seed: '004',
    who: RYAN,
    says: 'ptep_clear_flush_young() serves a block (part 7).',
    decidedBy: ['access-flags/clear-flush-young', 'access-flags/clear-flush-young#mutant:read-then-store'],
    answer: 'The same, with one invalidation for the block.',
  },
  {
    seed: '004',
    who: RYAN,
    says: 'ptep_set_wrprotect() manages the mark (part 8).',
    decidedBy: ['contpte/wrprotect-batch', 'contpte/wrprotect-batch#mutant:read-then-store'],
    answer: 'For a page or a part of a block it unfolds first; no store is forgotten on the way.',
  },
  {
    seed: '004',
    who: RYAN,
    says: 'ptep_set_access_flags() serves a block (part 9).',
    decidedBy: [
      'access-flags/set-vs-walker',
      'access-flags/flush-only-if-changed',
      'access-flags/sva-contpte',
      'access-flags/sva-contpte#linux:6.12',
    ],
    answer:
      'Flags go to every entry of the block; a change of the write permission unfolds it. As merged in 6.9 it was wrong for a walker that sets no flags and takes each descriptor by itself, a device with shared tables: whether anything has to be done was asked of the flags of the whole block, and the device faulted for ever. Repaired in 7.0-rc3 (97c5550b7631).',
  },
  {
    seed: '004',
    who: RYAN,
    says: 'ptep_get() speaks for a block (part 10).',
    decidedBy: [
      'contpte/get-vs-half-cleared',
      'contpte/get-vs-half-cleared#mutant:one-entry-speaks',
      'contpte/fold-vs-lockless',
      'contpte/unfold-vs-lockless',
    ],
    answer:
      'It has to: the hardware records in any entry. Without the lock the reader also checks that all entries still belong together.',
  },
  {
    seed: '004',
    who: RYAN,
    says: 'The mark is used for mappings of user space (part 12).',
    decidedBy: ['contpte/user-mappings-only', 'contpte/user-mappings-only#mutant:kernel-mapping'],
    answer:
      'It must be: mm_is_user() is part of the protocol. Between the break and the make the entries of a block are empty. An access of user space faults then, waits for the lock and tries again; the kernel cannot fault on memory of its own.',
  },
  {
    seed: '004',
    who: RYAN,
    says: 'ptep_get_and_clear_full() makes the teardown of a process cheaper (part 14).',
    decidedBy: ['contpte/teardown-vs-walker', 'contpte/teardown-vs-walker#mutant:gather-then-clear'],
    answer: 'As in this version of the series it loses stores, which the other thread repairs: see there.',
  },
];
