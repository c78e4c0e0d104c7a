import type { ThreadClaim } from '@racewalk/machine';

const PETER = 'Peter Xu';
const ALISTAIR = 'Alistair Popple';

const claim = (who: string, says: string, decidedBy: readonly string[], answer: string): ThreadClaim => ({
  seed: '002',
  who,
  says,
  decidedBy: decidedBy.map((id) => `device-exclusive/${id}`),
  answer,
});

/** What is claimed, asked and feared about device exclusive memory access v8, May 2021. */
export const deviceExclusiveClaims: readonly ThreadClaim[] = Object.freeze([
  claim(
    PETER,
    'restore_exclusive_pte() has a branch for pages of files; is it left over, and should it warn instead?',
    ['second-restore', 'fork-fails'],
    'It is dead: every page made exclusive is anonymous. Here restoring any other page is an error, and no schedule of these races meets one.',
  ),
  claim(
    ALISTAIR,
    'Restoring needs no page reference, because one was taken when the swap entry was made.',
    ['second-restore', 'second-restore#mutant:takes-a-reference', 'zap-vs-atomics'],
    'Right: the reference passes from the mapping to the entry and back. With one more the page is never freed.',
  ),
  claim(
    ALISTAIR,
    'Restoring needs no invalidation, because the entry was not present before.',
    ['fault-vs-atomics', 'grant-vs-fault', 'grant-vs-fault#mutant:no-flush'],
    'Right as long as the mapping was flushed when it was taken down; then no TLB of these architectures has anything. Hardware that remembers invalid entries is not modelled.',
  ),
  claim(
    ALISTAIR,
    'Secondary CPUs may have mappings that need invalidating, says the same comment.',
    ['fault-vs-atomics', 'fault-vs-atomics#mutant:no-notifier', 'second-device'],
    'They have, and it is not done there: the caller has notified before, and has to.',
  ),
  claim(
    ALISTAIR,
    'A restored entry carries soft-dirty, stays write-protected for userfaultfd, else is writable and dirty if the entry says so and the area allows it.',
    [
      'page-keeps-dirty',
      'page-keeps-dirty#mutant:look-up-marks-nothing',
      'restore-keeps-dirty',
      'restore-keeps-dirty#mutant:restores-clean',
      'mprotect-keeps-dirty',
      'mprotect-keeps-dirty#mutant:look-up-marks-nothing',
      'mprotect-vs-atomics',
    ],
    'Dirty in the restored entry is not what remembers: the page is dirty before the device gets it, because get_user_pages() with FOLL_WRITE and FOLL_TOUCH marks a clean one and try_to_protect_one() passes on what a dirty entry knew. Restored clean, nothing is lost; with mprotect in between, nothing is either. Only in a kernel whose look-up marks nothing does the entry have to say it. Write permission is asked of the area, because that may have changed. That the marks survive the round trip is a law of the contract and a test of this package.',
  ),
  claim(
    ALISTAIR,
    'A restored entry is old, and its permissions are those the area has now, by READ_ONCE.',
    ['mprotect-vs-atomics', 'mprotect-vs-atomics#mutant:entry-decides'],
    'Old is safe: the fault that follows or the hardware makes it young. The permission of the area has to be read at that moment, for mprotect may have come since.',
  ),
  claim(
    ALISTAIR,
    'A restored page of a locked area is locked in memory again.',
    ['restore-locked', 'restore-locked#mutant:not-locked-again'],
    'It has to be: the mark went with the last mapping when the page became exclusive. Whoever restores the entry sets it again, and no schedule leaves the page mapped without it.',
  ),
  claim(
    PETER,
    'The comment says that the entry is removed for memory that is copied on write, but it is kept and copied into the child.',
    ['fork-vs-atomics', 'fork-vs-atomics#mutant:copies-the-entry'],
    'Removing, that is restoring it in the parent, is right; keeping and copying it gives child and device the page together.',
  ),
  claim(
    PETER,
    'If only anonymous pages are supported, does is_cow_mapping() not hold for all of them, so that the assertion fires?',
    ['fork-vs-atomics', 'fork-vs-atomics#mutant:copies-the-entry'],
    'Yes: every area these races fork is such a mapping. So the branch that copies the entry is either never reached, because the caller restores first, or a bug on every fork; were it reached, it would be wrong.',
  ),
  claim(
    PETER,
    'After a fork, would the two processes own the device together, and is that a real use?',
    ['fork-vs-atomics'],
    'No. The fork takes the page from the device, both processes share it, and the device has to ask again on behalf of one of them. Who forks while a device has a page is not for the model to say.',
  ),
  claim(
    PETER,
    'For memory copied on write, which of the two copies is the one the device owns?',
    ['fork-vs-atomics#mutant:copies-the-entry'],
    'With the entry copied nobody could say: the child gets the page back without a word to the device of the parent. Restoring first leaves no such question.',
  ),
  claim(
    ALISTAIR,
    'Restoring in fork needs no notification of its own, because copy_page_range() has notified for memory that is copied on write.',
    ['fork-vs-grant', 'fork-vs-grant#mutant:driver-does-not-ask', 'fork-vs-atomics#mutant:no-bracket'],
    'True for a driver that asks for the notifier sequence before it gives the page to its device. One that relies on the lock of the page alone may do so after that notification, and is never told.',
  ),
  claim(
    PETER,
    'Once entries exist that are neither present nor swap entries, pte_to_swp_entry() must only be called after a check.',
    ['marker-decoded', 'marker-decoded#mutant:decodes-unasked', 'walker-mistakes-entry'],
    "Right. A marker names no page; decoded before it is asked for its kind, its offset is taken for a frame, and a page is mapped that is nobody's. Here every operation asks is_swap_pte() and then the type.",
  ),
  claim(
    PETER,
    'Could all device-exclusive entries be dealt with in copy_nonpresent_pte()?',
    ['fork-fails', 'fork-vs-atomics'],
    'Yes; that is the form that was merged and the one modelled here: it answers that the entry is present now, or that the page is busy.',
  ),
  {
    seed: '002',
    who: PETER,
    says: 'Splitting the cases is hard to read; copy_nonpresent_pte() returns an entry value, which is not straightforward and wants cleaning up.',
    decidedBy: [],
    answer: 'Here it answers what to do next: go on, the entry is present, or the page is busy.',
    undecidable: 'what is easy to read is not for a machine to say',
  },
  claim(
    PETER,
    'An easier option is to fail the fork when trylock_page() fails; user space could try again.',
    ['fork-fails', 'fork-fails#mutant:leaves-bracket-open', 'fork-fails#mutant:keeps-locks'],
    'It is right, and there is no loop that could fail to make progress. The error path has to drop the page-table locks and to close the notifier bracket.',
  ),
  claim(
    ALISTAIR,
    'If the page is busy, fork drops the page-table locks, locks the page and looks again; a page locked so is released when the entry has become present.',
    [
      'fork-locked-page',
      'fork-locked-page#mutant:released-only-if-present',
      'fork-locked-page#mutant:waits-unpinned',
      'fork-locked-page#mutant:spins-under-ptl',
    ],
    'It makes progress if it waits without page-table locks, has a reference to the page it waits for, and releases it on every way: the entry may also have vanished. Released is it as posted, before the entry is copied and under both page-table locks.',
  ),
  claim(
    PETER,
    'Is the CLEAR event right for an entry that was invalid and becomes valid, where ordinarily nobody is notified?',
    ['fault-vs-atomics', 'fault-vs-atomics#mutant:no-notifier'],
    'Some event is needed: without one the device never stops. Which one makes no difference to a device that stops for each.',
  ),
  claim(
    PETER,
    'The notification is what makes the driver stop the device synchronously; a new event, or a comment on why CLEAR?',
    [
      'fault-vs-atomics#mutant:notifier-after-restore',
      'fault-vs-atomics#mutant:does-not-wait',
      'stop-and-wait',
    ],
    'Yes, in both halves: it has to come before the entry is present, and it has to wait for what is in flight.',
  ),
  claim(
    ALISTAIR,
    'A driver treats the notification like any CLEAR; an event of its own would let other listeners filter it.',
    ['second-device', 'second-device#mutant:filters-by-event', 'second-driver#mutant:filters-by-event'],
    'Merged was an event of its own with an owner. Filtering is safe by the owner, not by the event.',
  ),
  claim(
    ALISTAIR,
    'The fault locks the page or retries.',
    ['grant-vs-fault', 'grant-vs-fault#mutant:restore-without-lock', 'wait-for-page#mutant:wait-unpinned'],
    'The lock is what keeps a fault out of the window between taking the mapping down and giving the page to the device. It needs a reference first, which v8 does not take; that was fixed in 6.3.',
  ),
  claim(
    ALISTAIR,
    'Before restoring, the entry is looked at again, by a walk that takes the page-table lock first (PVMW_SYNC).',
    ['second-restore', 'second-restore#mutant:no-recheck'],
    'Needed: two threads may have found the same entry, and the second would map the page twice.',
  ),
  claim(
    PETER,
    'The address (and the process) is compared because after get_user_pages the entry may point to another page.',
    ['replaced-before-walk', 'replaced-before-walk#mutant:no-address-check'],
    'Right for a driver that relies on the lock of the page: the page may have moved to another address of the same process.',
  ),
  claim(
    PETER,
    'It smells odd that the address is passed down to try_to_protect() only for that.',
    ['checked-by-sequence', 'zap-vs-grant'],
    'For a driver that samples the notifier sequence before the look-up, the comparison decides nothing: whatever replaces the page moves the sequence.',
  ),
  claim(
    ALISTAIR,
    'A page counts as found only if its entry was writable.',
    ['write-check', 'write-check#mutant:nobody-looks', 'write-check#mutant:relies-on-lock'],
    'Without that check a driver that samples the sequence before its look-up is right all the same. With it, a driver that relies on the lock of the page is not: mprotect does not take that lock.',
  ),
  claim(
    PETER,
    'The first walk could lock the page and change the entry under the page-table lock; then no comparison is needed.',
    ['sealed-vs-move', 'sealed-vs-fault', 'sealed-vs-fault#mutant:locks-late'],
    'It works, if the page is locked before the page-table lock is dropped, that is, by trylock.',
  ),
  claim(
    PETER,
    'With the page locked no one can restore the original entry.',
    ['sealed-vs-fault', 'grant-vs-fault'],
    'No fault can. A zap does not need that lock and can remove the entry, so a driver must still ask for the sequence.',
  ),
  {
    seed: '002',
    who: ALISTAIR,
    says: 'That would be much like v2, which ended up as an open-coded get_user_pages, useful to fault the page in anyway.',
    decidedBy: ['device-exclusive/sealed-vs-move'],
    answer:
      'The sealing form of the model does call get_user_pages for what is not there, and then walks again; both forms are right.',
    undecidable: 'how much code is duplicated is not a question to this model',
  },
  claim(
    PETER,
    'Is there a reason for having switched, and would the sealing form work?',
    ['sealed-vs-move', 'sealed-vs-fault'],
    'It would. The model knows no reason of correctness against it.',
  ),
  claim(
    PETER,
    'The longer between get_user_pages and the walk, the more pages are replaced, and the call fails for a single one.',
    ['sealed-vs-move', 'sealed-vs-move#mutant:gup-first'],
    'The form with two passes comes back empty where the page moved in between, and the sealing form does not. As posted and merged only the page concerned is left out. How often that happens the model does not say.',
  ),
]);
