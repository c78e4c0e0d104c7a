/** The reviewer's objections. */
import type { ThreadClaim } from '@racewalk/machine';
import { saidBy } from './said.js';

const said = saidBy('Nadav Amit');

/** Claims of the reviewer. */
export const reviewerClaims: readonly ThreadClaim[] = [
  said(
    'the invalidation must be made while the page-table lock is held',
    [
      'clean-vs-write',
      'clean-flush-under-ptl',
      'wrprotect-flush-under-ptl',
      'wrprotect-flush-under-ptl#mutant:flush-after-unlock',
    ],
    'For cleaning it makes no difference on any plug-in. For write-protecting it is needed on every one, unless another lock keeps the fault out.',
  ),
  said(
    'otherwise another core writes before the invalidation, its dirty bit is not set, and the change gets lost',
    ['four-writes#mutant:never-case-4-a2', 'clean-vs-write', 'clean-vs-write#mutant:acts-before-flush'],
    'The write happens and leaves no mark in the entry, but the page is in the bitmap. It is lost only to somebody who acts before the invalidation.',
  ),
  said(
    'is this for a use in which a late invalidation is fine? Then assertions and documentation would help',
    ['wrprotect-writes', 'mkwrite-lock', 'two-callers'],
    'It is: a driver that holds one lock around scan and action, and in the fault until the entry is writable. The machine can check that; the patch asserts only flags.',
  ),
  said(
    'A1: you mean an entry that is not cached in the TLB',
    ['four-writes#mutant:never-case-4-a1'],
    'Yes, and the schedule is reached.',
  ),
  said(
    '"recorded that the page is dirty": do you mean PG_dirty?',
    ['clean-vs-write'],
    'The bitmap; no page flag is set. The invariant counts it among those who remember, and it suffices.',
  ),
  said(
    'Intel sets the dirty bit in memory atomically at the first write, so there this may be right',
    ['four-writes', 'clean-vs-write'],
    'It is right there, and on every plug-in whose hardware does so or whose fault handler sets the bit.',
  ),
  said(
    'generic code: on some architecture a page could be written and be marked neither in the bitmap nor in the entry',
    ['four-writes', 'wrprotect-then-clean', 'clean-vs-write'],
    'On no plug-in here. On a toy whose TLB writes dirty back late it is: case 1 fails, and write-protecting loses stores; cleaning alone still loses none. So the code rests on that assumption.',
  ),
  said(
    'write-protecting might be right as it is, as mprotect() is',
    ['wrprotect-writes', 'wrprotect-writes#mutant:no-external-lock'],
    "With a lock that keeps faults out: for mprotect that is mmap_lock, here it must be the driver's.",
  ),
  said(
    'invalidating under the page-table lock is the practice for entries made clean or read-only; sorry for the confusion',
    ['clean-flush-under-ptl', 'wrprotect-flush-under-ptl'],
    'Right either way. What the practice buys is that a fault waits; a page that is written meanwhile is no matter of that lock.',
  ),
  said(
    'the patch should explain itself: define "completely own", and check it by an assertion',
    ['wrprotect-then-clean#mutant:mapped-elsewhere'],
    'What goes wrong otherwise is decided: a mapping outside the address_space is neither write-protected nor cleaned.',
    { undecidable: 'whether a text is clear is not for a machine to say' },
  ),
  said(
    'the four cases sound reasonable',
    ['four-writes'],
    'They are complete and right; a write in the middle of the scan belongs to one of them, too.',
  ),
  said(
    'soft-dirty lets one clear or read, with no atomicity of the two',
    [
      'soft-dirty-read-then-clear',
      'soft-dirty-read-then-clear#mutant:not-stopped',
      'soft-dirty-clear-refs#mutant:shared-lock',
    ],
    'True: a store between the calls is lost unless the process is stopped. apply_as_clean() reads and clears in one exchange.',
  ),
];
