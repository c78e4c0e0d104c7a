import type { ThreadClaim } from '@racewalk/machine';
import { seriesClaims } from './series-claims.js';

const RYAN = 'Ryan Roberts';
const BARRY = 'Barry Song';

/** What is claimed, asked and feared in the thread on transparent contiguous PTEs, November 2023. */
export const contpteFoldClaims: readonly ThreadClaim[] = Object.freeze([
  ...seriesClaims,
  {
    seed: '004',
    who: RYAN,
    says: 'Core code keeps its interface; the architecture notices when a block can be folded and when it must be unfolded.',
    decidedBy: ['contpte/fold-vs-walker', 'contpte/unfold-vs-walker', 'contpte/fold-vs-lockless'],
    answer:
      'Folding and unfolding under the page-table lock lose no store, keep the block uniform, and mislead no lockless reader.',
  },
  {
    seed: '004',
    who: RYAN,
    says: 'A block is sixteen entries, naturally aligned, with pages of 4 KiB.',
    decidedBy: ['contpte/move-aligned', 'contpte/move-unaligned', 'contpte/mixed-block'],
    answer:
      'Address and frame have to be aligned alike, and every frame is the next. Races use blocks of four, and of sixteen where the size could matter.',
  },
  {
    seed: '004',
    who: RYAN,
    says: 'A couple of optimizations make the reality slightly more complicated.',
    decidedBy: ['contpte/wrprotect-batch', 'contpte/teardown-vs-walker'],
    answer: 'Those of the series work on whole blocks and leave them folded; each has its own row.',
    undecidable: 'Which ones he has in mind the message does not say.',
  },
  {
    seed: '004',
    who: RYAN,
    says: 'On that basis all the cases asked about are covered and safe; is there a hole?',
    decidedBy: [
      'contpte/partial-dontneed',
      'contpte/vma-split',
      'contpte/reclaim-one',
      'contpte/move-aligned',
      'contpte/move-unaligned',
    ],
    answer: 'None in these: no store is lost, no block is left mixed, no freed page is reached.',
  },
  {
    seed: '004',
    who: RYAN,
    says: 'Access and dirty of a block may be tracked as a whole because all its pages are of one folio.',
    decidedBy: [
      'contpte/two-folios',
      'contpte/two-folios#mutant:folded-across',
      'contpte/teardown-batched',
      'contpte/teardown-stale-sibling',
    ],
    answer:
      'Yes, with accounting by folio; per page it would be wrong, and so would be a block of two folios: what is cleared for one is cleared for both.',
  },
  {
    seed: '004',
    who: BARRY,
    says: 'What happens on MADV_DONTNEED of a part of a folded block?',
    decidedBy: ['contpte/partial-dontneed', 'contpte/partial-dontneed#mutant:naive-zap'],
    answer:
      'Unfolding first is right. Clearing part of a folded block lets a translation of the block reach a freed page.',
  },
  {
    seed: '004',
    who: RYAN,
    says: 'The page is unmapped first, and that takes the mark from the whole block.',
    decidedBy: [
      'contpte/partial-dontneed',
      'contpte/partial-dontneed#mutant:naive-zap',
      'contpte/partial-dontneed#mutant:naive-flags',
    ],
    answer: 'It must: both the flags and the translations of the rest depend on it.',
  },
  {
    seed: '004',
    who: RYAN,
    says: 'A swap entry set afterwards is not folded with the rest.',
    decidedBy: ['contpte/partial-dontneed'],
    answer: 'It is not.',
  },
  {
    seed: '004',
    who: BARRY,
    says: 'What happens when a VMA is split in the middle of a block?',
    decidedBy: ['contpte/vma-split', 'contpte/vma-split#mutant:half-in-place'],
    answer:
      'The split alone changes no entry. An operation on one half unfolds; changing half in place leaves a mixed block.',
  },
  {
    seed: '004',
    who: RYAN,
    says: 'Splitting an area probably neither unmaps nor remaps its entries; the block stays folded, and that is safe.',
    decidedBy: ['contpte/vma-split'],
    answer:
      'Modelled so: the split takes no step. The block stays folded until an operation on one side changes an entry.',
    undecidable: 'Whether the code of a split touches entries is for a reader of that code.',
  },
  {
    seed: '004',
    who: RYAN,
    says: 'The arrangement of VMAs does not matter, only that one folio is mapped contiguously across the block.',
    decidedBy: ['contpte/vma-split'],
    answer: 'The block stays uniform, and operations on either side are right.',
  },
  {
    seed: '004',
    who: BARRY,
    says: 'Reclaim scans entry by entry: is the block unfolded when the first is taken?',
    decidedBy: ['contpte/reclaim-one', 'contpte/reclaim-one#mutant:no-flush'],
    answer: 'It is, and the dirty state of the block reaches the folio.',
  },
  {
    seed: '004',
    who: BARRY,
    says: 'If one of the sixteen entries runs away the hardware goes wrong.',
    decidedBy: [
      'contpte/mixed-block',
      'contpte/mixed-block#mutant:exchange-in-place',
      'contpte/mixed-block#mutant:break-only-one',
      'contpte/half-cleared-other-api#mutant:valid-before-flush',
      'contpte/teardown-stale-sibling#mutant:freed-half-way',
    ],
    answer:
      'Every operation keeps the block uniform whenever it can be walked; the two ways to take one out alone do not. What hardware makes of a mixed block is a stated choice: a store that mixes one is an error by itself (CONT). In a block that is half cleared a TLB may answer for a page from any sibling that is left, where a race asks for such TLBs. The Arm ARM permits more, a conflict abort or a mixture of the entries, and the model has neither.',
  },
  {
    seed: '004',
    who: RYAN,
    says: 'Fold and unfold keep to the rules of the architecture: break before make.',
    decidedBy: [
      'contpte/fold-vs-walker#mutant:no-break',
      'contpte/fold-vs-walker#mutant:no-flush-between',
      'contpte/unfold-vs-walker#mutant:no-break',
    ],
    answer: 'They do; leaving out the break or the invalidation is found.',
  },
  {
    seed: '004',
    who: RYAN,
    says: 'They are done only when all requirements are met.',
    decidedBy: ['contpte/fold-vs-walker', 'contpte/move-unaligned', 'contpte/fold-vs-lockless'],
    answer:
      'Complete, aligned alike, frames in order, one protection, one folio: the block is uniform in every schedule.',
  },
  {
    seed: '004',
    who: RYAN,
    says: 'contpte_fold() will be called contpte_convert() in the next version.',
    decidedBy: [],
    answer: 'It is called so here, for it does both.',
    undecidable: 'A name.',
  },
  {
    seed: '004',
    who: BARRY,
    says: 'mremap may move a block to an address that is not aligned; are contiguous entries copied there?',
    decidedBy: [
      'contpte/move-aligned',
      'contpte/move-unaligned',
      'contpte/move-unaligned#mutant:copy-verbatim',
    ],
    answer:
      'Moved entry by entry they are unfolded, and folded again only where aligned. Copied as they are, they would be a block at the wrong place.',
  },
  {
    seed: '004',
    who: RYAN,
    says: 'Moving one entry at a time unfolds at the first and folds at the last, which is not optimal.',
    decidedBy: [
      'contpte/move-aligned',
      'contpte/move-batched',
      'contpte/move-batched#mutant:flush-late',
      'contpte/move-batched-unaligned',
      'contpte/move-batched-unaligned#mutant:copy-verbatim',
    ],
    answer:
      'Right and costly. In one batch (get_and_clear_ptes() and set_ptes(), merged in 6.17) the block is neither unfolded nor folded, no store is lost, and an unaligned target gets no mark. The flush still has to come under both locks.',
    undecidable: 'How often it matters is a question of workloads, not of races.',
  },
  {
    seed: '004',
    who: RYAN,
    says: 'A batched get-and-clear must return all entries, or their access and dirty state put together.',
    decidedBy: ['contpte/teardown-batched', 'contpte/teardown-batched#mutant:first-speaks-for-all'],
    answer: 'Put together is enough; the first entry alone is not.',
  },
  {
    seed: '004',
    who: BARRY,
    says: 'A microbenchmark of mremap would lose.',
    decidedBy: [],
    answer: 'Not decided here.',
    undecidable: 'The model has no time; it counts accesses.',
  },
  {
    seed: '004',
    who: RYAN,
    says: 'ptep_set_wrprotects() serves whole blocks and parts of them (part 13).',
    decidedBy: ['contpte/wrprotect-batch', 'contpte/wrprotect-batch#mutant:no-flush'],
    answer: 'No store is lost and none gets through after the flush, for whole and for partial blocks.',
  },
  {
    seed: '004',
    who: RYAN,
    says: 'The range flush can leave out the trailing barrier where only the access flag was cleared (part 11).',
    decidedBy: [
      'access-flags/clear-flush-young',
      'access-flags/clear-flush-young-strict#mutant:no-trailing-barrier',
    ],
    answer:
      'An access may then be missed, a store is not; whoever needs the access flag to be exact needs the barrier.',
  },
]);
