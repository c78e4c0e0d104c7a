/** What the author replied. */
import type { ThreadClaim } from '@racewalk/machine';
import { saidBy } from './said.js';

const said = saidBy('Thomas Hellström');

/** Claims of the author in his replies. */
export const authorClaims: readonly ThreadClaim[] = [
  said(
    'A1: a core without a cached translation sets the entry dirty and goes on; it will probably stay dirty',
    ['four-writes', 'four-writes#mutant:never-case-4-a1'],
    'Reached, and the entry stays dirty for certain, until the next scan.',
  ),
  said(
    'A2: a core with a cached translation just continues, and the entry stays clean after the invalidation',
    ['four-writes', 'four-writes#mutant:never-case-4-a2'],
    'Reached; the bit of the page is set then.',
  ),
  said(
    'the page-table lock would not help here: the core that writes never takes it',
    ['clean-flush-under-ptl', 'clean-vs-write', 'clean-flush-under-ptl#mutant:no-flush'],
    'Right for hardware and, since the fault handler works on the entry and not on the TLB, for software dirty state.',
  ),
  said(
    'in such a race the bit was set, so the page is recorded as dirty',
    ['four-writes', 'clean-vs-write'],
    'It was set under the same lock under which the entry was cleaned.',
  ),
  said(
    'B1: a core without a cached translation faults and blocks in mkwrite on an external lock; is that the concern?',
    ['wrprotect-writes', 'wrprotect-writes#mutant:never-b1', 'wrprotect-writes#mutant:no-external-lock'],
    'Reached, and the lock is needed: without it the entry is writable again before the invalidation. The reviewer answers that cleaning is his concern.',
  ),
  said(
    'B2: a core with a cached translation continues, whatever the locks',
    ['wrprotect-writes#mutant:never-b2'],
    'Reached, and it ends with the invalidation.',
  ),
  said(
    'acting on the recorded pages after the invalidation is right for both helpers',
    [
      'clean-vs-write',
      'wrprotect-then-clean',
      'clean-vs-write#mutant:acts-before-flush',
      'two-callers#mutant:no-external-lock',
    ],
    "Right for one caller. Two callers must not act on each other's bits, so the lock has to cover scan and action.",
  ),
  said(
    'after the invalidation there is no writable entry in the one case, and there may be dirty ones in the other',
    ['wrprotect-writes', 'four-writes#mutant:never-case-2'],
    'Both are so, the first as long as the external lock is held.',
  ),
  said(
    'elsewhere the page-table lock is the lock of B1 and holds a fault up until the invalidation is over',
    ['wrprotect-flush-under-ptl', 'wrprotect-flush-under-ptl#mutant:flush-after-unlock'],
    'It does that, if the invalidation is made before it is dropped.',
  ),
  said(
    'here an external lock is assumed, taken around the operation and in mkwrite()',
    ['wrprotect-writes', 'mkwrite-lock', 'mkwrite-lock#mutant:lock-in-mkwrite-only'],
    'Not quite enough: mkwrite() must not give it back before the entry is writable.',
  ),
  said(
    'would comments on the need for that lock be welcome, in a patch that follows?',
    ['mkwrite-lock#mutant:lock-in-mkwrite-only', 'two-callers#mutant:no-external-lock'],
    'What such a comment has to say is decided: held over scan and action, and in the fault until the entry is writable.',
    { undecidable: 'when a comment is sent is not for a machine to say' },
  ),
  said(
    'case 1, a write before the scan: no problem',
    ['four-writes', 'four-writes#mutant:never-case-1', 'clean-folded', 'clean-folded#mutant:raw-read'],
    'It has its bit. In a folded block only if the entry is read with ptep_get(), which the patch, older than such blocks, does not.',
  ),
  said(
    'case 2, a write after the invalidation: no problem unless TLB and entry differ in the dirty bit, which would be an architecture bug',
    ['four-writes', 'four-writes#mutant:never-case-2', 'four-writes#mutant:no-flush'],
    'The entry is dirty again. With a dirty translation over a clean entry later writes leave no mark; on no plug-in does one survive the invalidation.',
  ),
  said(
    'everything with a gather, such as unmap_mapping_range(), invalidates outside the page-table lock, so such an inconsistency would hurt there, too',
    ['zap/vs-writeback', 'zap/vs-writeback#mutant:flush-after-unlock', 'clean-vs-write#mutant:no-flush'],
    'Not quite everything: a zap that finds a dirty page of a file has invalidated under the lock since 3.15, and loses a store if it does not. The assumption about the hardware is common to both: on the late-writing toys a zap loses stores as well.',
  ),
  said(
    'case 3, a write after a scan that changed nothing: as after a spurious invalidation; no bit, but a dirty entry',
    ['four-writes', 'four-writes#mutant:never-case-3'],
    'So it is; the next round records it.',
  ),
  said(
    'case 4, a write between cleaning and invalidation: the bit is set already; if it goes on, it is case 2',
    ['four-writes', 'four-writes#mutant:never-case-4-a1', 'four-writes#mutant:never-case-4-a2'],
    'So it is, with and without a cached translation.',
  ),
  said(
    'with dirty state in software this is very much like soft-dirty, which also invalidates in a batch',
    ['clean-vs-write', 'soft-dirty-clear-refs', 'soft-dirty-clear-refs#mutant:shared-lock'],
    'Both are right; but soft-dirty relies on mmap_lock to keep its readers out until the invalidation is over, and in 2019 it did not hold it that way.',
  ),
  said(
    'it is to be run on I/O areas without huge pages only, for which there are checks',
    ['advisory-flags'],
    'The checks do that, for the flags of the moment.',
  ),
];
