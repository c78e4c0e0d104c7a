import type { Claim } from '@racewalk/core';

const RYAN = 'Ryan Roberts';

/** What is claimed, asked and feared in the thread on `ptep_get_and_clear_full()`, November 2023. */
export const contpteTeardownClaims: readonly Claim[] = Object.freeze([
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
      'contpte/teardown-stale-sibling#mutant:account-per-page',
    ],
    answer:
      'For writers that walk to the page they write: yes, in any order and per page. Hardware that holds a translation of the whole block may write a page whose entry is gone and mark a sibling: then only accounting by folio, as Linux has it, is right.',
  },
  {
    seed: '000',
    who: RYAN,
    says: 'Every call gathers over the block, which is O(n^2) reads.',
    decidedBy: ['contpte/teardown-vs-walker'],
    answer:
      'Counted: see the cost table in the README of feature-contpte-teardown; the batched operation is linear.',
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
    decidedBy: ['contpte/lockless-vs-half-cleared', 'contpte/lockless-vs-refill'],
    answer:
      'A reader that insists on a whole block waits for ever for one that is half cleared; one that does not check puts two mappings together.',
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
    decidedBy: ['contpte/teardown-vs-walker', 'contpte/teardown-vs-walker#mutant:no-flush'],
    answer: 'It needs none, as long as the final one comes before the pages are freed.',
  },
  {
    seed: '000',
    who: RYAN,
    says: 'Without full the block is unfolded first, and each entry speaks for itself.',
    decidedBy: ['contpte/teardown-unfold', 'contpte/teardown-unfold#mutant:bare-exchange'],
    answer: 'Right, at the price of an unfold; leaving the unfold out loses stores.',
  },
]);
