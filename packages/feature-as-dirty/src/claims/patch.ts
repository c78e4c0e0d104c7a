/** The patch itself: its description, its comments, its code. */
import type { ThreadClaim } from '@racewalk/machine';
import { saidBy } from './said.js';

const said = saidBy('Thomas Hellström (patch v4)');

/** Claims of the patch. */
export const patchClaims: readonly ThreadClaim[] = [
  said(
    'both kinds of memory are served, what a driver allocates and what lies behind the bus',
    ['wrprotect-writes', 'clean-vs-write', 'mkwrite-lock'],
    'The helpers touch entries and the bitmap and no page, so nothing tells the two apart but the fault: page_mkwrite() may leave a page locked, and pfn_mkwrite() has none.',
  ),
  said(
    'write-protecting is for use with page_mkwrite() and pfn_mkwrite(), which turn stores into faults',
    ['wrprotect-writes', 'mkwrite-lock', 'mkwrite-lock#mutant:lock-in-mkwrite-only'],
    'With page_mkwrite it keeps its promise. pfn_mkwrite has no page to keep locked, and a lock it gives back itself is given back too early.',
  ),
  said(
    'cleaning uses the dirty state the hardware keeps and does without faults',
    ['clean-vs-write'],
    'It does, and it is as right where the fault handler keeps the dirty state.',
  ),
  said(
    'write-protecting pays for sparse accesses to large regions, cleaning for dense accesses to small ones',
    [],
    'Not decided here.',
    { undecidable: 'the model counts schedules, not the time that faults and scans take' },
  ),
  said(
    'flags of an area are checked, and illegal use warned of',
    ['advisory-flags'],
    'The filter is tested against all combinations of flags: private or read-only areas are skipped, huge or non-I/O ones warned of and skipped. It sees the flags of one moment.',
  ),
  said(
    'entries are changed the way soft-dirty does, by ptep_modify_prot_start and _commit',
    [
      'wrprotect-writes',
      'wrprotect-writes#mutant:wrprotect-by-store',
      'wrprotect-then-clean#mutant:wrprotect-by-store',
    ],
    'Write-protecting needs it where the hardware sets dirty: a read and a store would take back a store made in between.',
  ),
  said(
    'secondary MMUs are told by notifier calls around the change',
    [
      'notifier-bracket',
      'notifier-bracket#mutant:no-notifier',
      'notifier-bracket#mutant:ends-before-the-scan',
    ],
    'They must be, and the end must come after the change.',
  ),
  said(
    'the pending invalidation is announced to the mmu_gather code',
    ['two-callers-without-lock', 'two-callers-without-lock#mutant:unannounced'],
    'Whoever heeds the announcement can act on entries that another has changed; without it he cannot know.',
  ),
  said(
    'only what lies from the first to behind the last changed entry is invalidated; a gather is not worth it',
    [
      'touched-range',
      'touched-range#mutant:end-before-last-page',
      'touched-range#mutant:start-behind-first-page',
    ],
    'That range is enough, and no page of it can be left out.',
  ),
  said(
    'every area of the interval tree is clipped, scanned and invalidated by itself; the count may exceed the number of pages',
    ['two-areas', 'two-areas#mutant:one-flush-at-the-end'],
    'Right: one invalidation at the end would miss the other areas. Clipping and counts agree with a plain model for any areas and ranges, an empty one included.',
  ),
  said(
    'flag tests are advisory: callers who depend on flags must make sure that they do not change',
    ['advisory-flags', 'advisory-flags#mutant:flags-change'],
    'If an area becomes read-only, its dirty pages are skipped; they are not lost, but a caller who wants all does not get them.',
  ),
  said(
    'a lock of vm_flags, taken after i_mmap_lock, would do it properly',
    ['advisory-flags#mutant:flags-locked'],
    'It would keep the flags for as long as a pass takes. A page made dirty before its area became read-only is skipped all the same, so callers who want all need more than that.',
  ),
  said('is flush_cache_range() needed when only the protection changes?', [], 'Not decided here.', {
    undecidable: 'the model has no caches that go by virtual address',
  }),
  said(
    'the callbacks write-protect and clean whatever entry pte_write() and pte_dirty() are true of',
    ['nonpresent-entries', 'nonpresent-entries#mutant:as-posted', 'nonpresent-entries#linux:6.12'],
    'Not safe: neither callback asks pte_present(). An entry that maps nothing (a migration entry, a poisoned page) has a type and an offset where the two look for their bits, and where these meet it is rewritten and names another page. With the test first no such entry is changed. mm/mapping_dirty_helpers.c has none to this day.',
  ),
  said(
    'apply_to_pfn_range() cannot fail, because no tables are allocated',
    ['missing-table', 'missing-table#mutant:makes-the-table', 'missing-table#mutant:asks-nothing'],
    'It cannot: both callbacks answer 0, and where a table is missing there is nothing to do, also while a fault makes it. A walk that makes tables fails without memory, and one that does not ask takes nothing for a table.',
    { undecidable: 'an area of huge pages: the helpers warn and leave it out before they walk' },
  ),
  said(
    'only for address spaces that completely own the memory their entries map',
    ['wrprotect-then-clean#mutant:mapped-elsewhere'],
    'Through a mapping that the address_space does not know, a page is written unnoticed by the pass.',
  ),
  said(
    'entries that are write-protected already are not counted',
    ['mkwrite-lock#mutant:lock-in-mkwrite-only'],
    'Nor touched: the count agrees with a plain model. That such an entry is left as it is lets a fault that is under way believe that nothing happened.',
  ),
  said(
    'start and end delimit the bits that may be set, before and after the call',
    ['touched-range'],
    'They always enclose the bits. The start is exact unless the bitmap begins before the range: then it comes back no greater than nr, although the first bit may be behind that; the end is one more than the last bit.',
  ),
  said(
    'the bitmap has at least nr bits and covers the range',
    ['two-ranges-one-bitmap'],
    'At least nr is enough only if it begins with the range; one that begins before needs as many more. Property tests try both.',
  ),
  said(
    'a configuration option keeps the code out where nobody wants it; the driver that needs it maintains it',
    [],
    'Not decided here.',
    { undecidable: 'a matter of building and of who looks after a file' },
  ),
  said(
    'a CPU may have made entries dirty again when the call returns',
    ['four-writes#mutant:never-case-2', 'four-writes#mutant:never-case-4-a1'],
    'It may: both schedules are reached.',
  ),
  said(
    'no entry is cleaned that is not reported in the bitmap',
    ['clean-vs-write', 'two-ranges-one-bitmap', 'two-ranges-one-bitmap#mutant:no-external-lock'],
    'True of one caller. Two at once may lose a bit in a word they share, for __set_bit is a load and a store.',
  ),
  said(
    'write-protect, block writers in mkwrite, invalidate, clean: that picks up all dirty pages and none are added',
    [
      'wrprotect-then-clean',
      'wrprotect-then-clean#mutant:no-external-lock',
      'wrprotect-then-clean#mutant:clean-first',
    ],
    "It does, with the driver's lock held over all of it and kept in the fault until the entry is writable.",
  ),
  said(
    'the dirty bits are to be picked up after an invalidation that follows the write-protection',
    ['one-flush-for-both', 'one-flush-for-both#mutant:one-flush-after-both'],
    'On every plug-in that invalidation may be left out, because cleaning makes its own: no TLB is dirty while the entry is clean. Where that does not hold it is needed.',
  ),
];
