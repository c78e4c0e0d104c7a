import type { ThreadClaim } from '@racewalk/machine';

const RYAN = 'Ryan Roberts';

/** What is claimed, asked and feared in the thread on `ptep_get_and_clear_full()`, November 2023. */
export const contpteTeardownClaims: readonly ThreadClaim[] = Object.freeze([
  {
    seed: '000',
    who: RYAN,
    says: 'The first version reads all entries and then writes them, so the hardware may change one in between.',
    decidedBy: ['contpte/teardown-vs-walker#mutant:gather-then-clear'],
    answer:
      'Yes: a store between the read of an entry and the write to it is forgotten, where the hardware records stores.',
  },
  {
    seed: '000',
    who: 'Alistair Popple',
    says: 'After one call returned dirty, calls on the other entries would see clean; could the bits be copied to an adjacent entry?',
    decidedBy: ['contpte/teardown-vs-walker#mutant:no-stash', 'contpte/teardown-stash-next'],
    answer:
      'Without a copy later pages of the block are reported clean. With a copy to a neighbour that is still valid, each is right.',
  },
  {
    seed: '000',
    who: RYAN,
    says: 'The race is between reading the bits of one entry and applying them to another.',
    decidedBy: [
      'contpte/teardown-vs-walker#mutant:stash-plain-store',
      'contpte/teardown-vs-walker#mutant:read-then-store',
    ],
    answer:
      'Yes, on both sides: the entry that is emptied must be exchanged, and the one that receives must be compared.',
  },
  {
    seed: '000',
    who: RYAN,
    says: 'Emptying the target with get-and-clear takes its bits without a race.',
    decidedBy: ['contpte/teardown-vs-walker'],
    answer: 'It does.',
  },
  {
    seed: '000',
    who: RYAN,
    says: 'The search for a valid entry upwards should wrap, to be robust against callers that clear in any order.',
    decidedBy: [
      'contpte/teardown-stash-next',
      'contpte/teardown-stash-next#mutant:no-wrap',
      'contpte/teardown-any-order',
    ],
    answer: 'Needed: without the wrap a caller that clears downwards loses a store.',
  },
  {
    seed: '000',
    who: RYAN,
    says: 'Most entries hand their flags to the next one; the last finds, by reading all, that it is the last.',
    decidedBy: ['contpte/teardown-stash-next'],
    answer:
      'It does, and then has nobody to tell and nothing to lose. Counted: 15 hand-overs and 286 reads for a block of 16 that was written once.',
  },
  {
    seed: '000',
    who: RYAN,
    says: 'A compare-and-exchange loop is enough to add the bits to the other entry.',
    decidedBy: ['contpte/teardown-stash-next', 'contpte/teardown-stash-next#mutant:plain-store'],
    answer: 'It is; a plain store is not.',
  },
  {
    seed: '000',
    who: RYAN,
    says: 'ptep_get_and_clear_full() and ptep_get() now always return the right access and dirty state.',
    decidedBy: [
      'contpte/teardown-vs-walker',
      'contpte/teardown-vs-two-walkers',
      'contpte/teardown-any-order',
      'contpte/get-vs-half-cleared',
      'contpte/teardown-keeps-young',
      'contpte/teardown-stale-sibling#mutant:account-per-page',
    ],
    answer:
      'For writers that walk to the page they write: yes, in any order and per page. Hardware that holds a translation of the whole block may write a page whose entry is gone and mark a sibling: then only accounting by folio, as Linux has it, is right.',
  },
  {
    seed: '000',
    who: RYAN,
    says: 'Every call gathers over the block, which is O(n^2) reads; a benchmark will follow.',
    decidedBy: ['contpte/teardown-vs-walker'],
    answer:
      'Counted: 17 reads for a block of 4 and 257 for one of 16 (README of feature-contpte-teardown); the batched operation reads nothing.',
    undecidable:
      'How long that takes is for the benchmark that the message announces; the model has no time.',
  },
  {
    seed: '000',
    who: RYAN,
    says: 'Fixing the race would be possible, but is probably expensive.',
    decidedBy: ['contpte/teardown-unfold', 'contpte/teardown-batched'],
    answer:
      'The batched operation that was merged later is right and costs one exchange per entry and nothing else.',
  },
  {
    seed: '000',
    who: RYAN,
    says: 'ptep_get() must skip the entries that are already cleared.',
    decidedBy: ['contpte/get-vs-half-cleared', 'contpte/teardown-markers#mutant:no-skip-cleared'],
    answer: 'An empty entry adds nothing; a marker set in its place would be taken for dirty or young.',
  },
  {
    seed: '000',
    who: RYAN,
    says: 'The same goes for ptep_get_lockless().',
    decidedBy: [
      'contpte/lockless-vs-half-cleared',
      'contpte/lockless-vs-half-cleared#mutant:insists-on-whole',
      'contpte/lockless-vs-half-cleared#linux:6.12',
      'contpte/lockless-vs-refill',
      'contpte/lockless-vs-refill#mutant:gather-unchecked',
    ],
    answer:
      'The comment says so, and the posted diff does not touch contpte_ptep_get_lockless(). Mainline has insisted on a whole block to this day: such a reader waits for one that is half cleared, and for ever if it runs in an interrupt on the CPU that clears. upstream is here the reader of the comment, which skips what is cleared; no kernel has it. One that does not check at all puts two mappings together.',
  },
  {
    seed: '000',
    who: RYAN,
    says: 'If any other APIs are called for the block in the intermediate state, we have to be very careful.',
    decidedBy: [
      'contpte/half-cleared-other-api',
      'contpte/half-cleared-other-api#mutant:get-and-clear',
      'contpte/half-cleared-other-api#mutant:set-pte-at',
      'contpte/half-cleared-other-api#mutant:wrprotect',
      'contpte/half-cleared-other-api#mutant:pte-clear',
      'contpte/half-cleared-other-api#mutant:access-flags',
      'contpte/half-cleared-other-api#mutant:young-and-dirty',
      'contpte/half-cleared-other-api#mutant:clear-young-dirty',
    ],
    answer:
      'Most must not be called at all. In each of the 14 half-cleared states of a block of four, whatever unfolds maps the cleared entries again: get-and-clear, pte_clear, write-protection, a change of protection, setting the same value, another write permission. Two more leave flags in entries that are empty. Reads, aging, markers and the teardown itself are right in every state. The table is [half-cleared.md](half-cleared.md), made from runs of every operation.',
  },
  {
    seed: '000',
    who: RYAN,
    says: 'The only other calls to expect set markers in cleared entries; they neither unfold nor fold, so that is safe.',
    decidedBy: ['contpte/teardown-markers'],
    answer: 'It is.',
  },
  {
    seed: '000',
    who: RYAN,
    says: 'No valid entries are set before the final invalidation, so the half-cleared block needs no invalidation of its own.',
    decidedBy: [
      'contpte/teardown-vs-walker',
      'contpte/teardown-vs-walker#mutant:leaves-one-valid',
      'contpte/teardown-vs-walker#mutant:no-flush',
      'contpte/half-cleared-other-api#mutant:valid-before-flush',
    ],
    answer:
      'Right, and both halves are needed. A page that is set where an entry was cleared makes a mixed block, for its neighbours still have the mark. An entry that is left valid over the final invalidation reaches a page that is free. And that invalidation has to come before the pages are freed.',
  },
  {
    seed: '000',
    who: RYAN,
    says: 'By the time the final invalidation is issued every entry of the range is cleared.',
    decidedBy: [
      'contpte/exit-without-flush',
      'contpte/exit-without-flush#mutant:while-a-thread-runs',
      'contpte/teardown-vs-walker#mutant:no-flush',
    ],
    answer:
      'For a whole address space arm64 issues none, unless page tables were freed (tlb_flush() with fullmm): the identifier is not used again before a roll-over. That is right because exit_mmap() begins when no thread is left. full said of a process that still runs would need the invalidation: the races with a live writer have it, and stand for devices that share the tables.',
  },
  {
    seed: '000',
    who: RYAN,
    says: 'Without full the block is unfolded first, and each entry speaks for itself.',
    decidedBy: ['contpte/teardown-unfold', 'contpte/teardown-unfold#mutant:bare-exchange'],
    answer: 'Right, at the price of an unfold; leaving the unfold out loses stores.',
  },
  {
    seed: '000',
    who: RYAN,
    says: 'The caller promises a call for every entry, so all are empty when the final invalidation is made.',
    decidedBy: ['contpte/teardown-vs-walker', 'contpte/teardown-stale-sibling#mutant:freed-half-way'],
    answer:
      'That promise is what the block may stay folded for: pages that are invalidated and freed half-way through a block are reached again through an entry that is left.',
  },
  {
    seed: '000',
    who: RYAN,
    says: 'Callers look at entries with ptep_get() between the calls.',
    decidedBy: ['contpte/teardown-keeps-young', 'contpte/get-vs-half-cleared'],
    answer: 'They may, in every state of the half-cleared block.',
  },
  {
    seed: '000',
    who: RYAN,
    says: 'Access as well as dirty is stashed.',
    decidedBy: ['contpte/teardown-keeps-young', 'contpte/teardown-keeps-young#mutant:stashes-dirty-only'],
    answer:
      'Needed where the hardware sets it in any entry of the block: else a page that was read is reported old. No data depends on it.',
  },
  {
    seed: '000',
    who: RYAN,
    says: 'In a full teardown no markers are to be expected anyway.',
    decidedBy: ['contpte/teardown-markers'],
    answer: 'Nothing rests on that: here every gap gets one.',
  },
  {
    seed: '000',
    who: RYAN,
    says: 'Stashing in the last entry saves dragging the flags through all of them, and lets more calls end early.',
    decidedBy: ['contpte/teardown-vs-walker', 'contpte/teardown-stash-next'],
    answer:
      'Right whichever entry it is. Counted for a block of 16 written once: 1 compare-and-exchange instead of 15. The early end saves little, for such a call gathers all the same: 257 reads instead of 286.',
  },
  {
    seed: '000',
    who: RYAN,
    says: 'Flags are added to an entry without an invalidation (__ptep_set_access_flags_notlbi).',
    decidedBy: ['contpte/teardown-vs-walker', 'contpte/teardown-vs-two-walkers'],
    answer:
      'Right: it only adds access and dirty, so a translation read before is still true, and the teardown invalidates at its end.',
  },
  {
    seed: '000',
    who: RYAN,
    says: 'Setting access flags copes with hardware that sets them meanwhile, and only ever permits more.',
    decidedBy: [
      'access-flags/set-vs-walker',
      'access-flags/set-vs-walker#mutant:plain-store',
      'access-flags/set-vs-walker#mutant:request-wins',
    ],
    answer:
      'It does. A plain store of the request, or an exchange retried until the request stands, loses the store of another CPU.',
  },
  {
    seed: '000',
    who: RYAN,
    says: 'A stale read-only translation is invalidated only if the entry changed and the fault was a write.',
    decidedBy: ['access-flags/flush-only-if-changed', 'access-flags/flush-only-if-changed#mutant:no-flush'],
    answer:
      'That is enough, with TLBs that refuse by themselves what the entry already permits: who finds nothing to change waits for the lock under which the other one invalidates. With no invalidation at all it faults for ever, except where the fault drops the translation, in hardware or by flush_tlb_fix_spurious_fault().',
  },
  {
    seed: '000',
    who: RYAN,
    says: 'The instruction cache needs no care there, because an entry never becomes executable.',
    decidedBy: [],
    answer: 'Not decided here.',
    undecidable: 'The model has neither instruction fetches nor instruction caches.',
  },
]);
