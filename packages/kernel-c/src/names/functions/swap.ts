/** What swap entries keep the place of, beyond what architectures say. */
import type { SwpEntry } from '@racewalk/core';
import { number } from '../../run/numbers.js';
import type { Value } from '../../run/objects.js';
import type { Thread } from '../../run/thread.js';
import { asEntry } from '../cast.js';
import { type Helper, pureHelper, pureHelpers, stepHelper } from '../helper.js';
import { yes } from './values.js';

/** include/linux/swapops.h. */
const MARKER_TYPE = 31;
const MARKER_UFFD_WP = 1;
const MARKER_POISONED = 2;

const entryOf = (e: Value | undefined): SwpEntry => e as unknown as SwpEntry;
const marker = (e: Value | undefined, bit: number): boolean =>
  entryOf(e).type === MARKER_TYPE && (entryOf(e).offset & bit) !== 0;

function isOther({ m }: Thread, e: Value | undefined): boolean {
  const { swap } = m.arch;
  const entry = entryOf(e);
  return entry.type === MARKER_TYPE || swap.isMigrationEntry(entry) || swap.isDeviceExclusiveEntry(entry);
}

/** Everything of this file. */
export const SWAP_NAMES: readonly Helper[] = [
  pureHelper('non_swap_entry(swp):bool', 'names no slot of a swap device', (th, [e]) => yes(isOther(th, e))),
  pureHelper(
    'swp_entry(n,n):swp',
    'a slot of a swap device',
    (th, [type, offset]) =>
      ({ type: number(th, type ?? 0n), offset: number(th, offset ?? 0n) }) as unknown as Value,
  ),
  pureHelper('is_pmd_migration_entry(pte):bool', 'a huge page on the move', (th, [pmd]) => {
    const { swap } = th.m.arch;
    const word = asEntry(pmd);
    const swapped = !th.m.p.pmdNone(word) && !th.m.p.pmdPresent(word);
    return yes(swapped && swap.isMigrationEntry(swap.pmdToSwpEntry(word)));
  }),
  pureHelper('swp_type(swp):int', 'the device, or what the entry is instead', (_th, [e]) =>
    BigInt(entryOf(e).type),
  ),
  pureHelper('swp_offset(swp):ulong', 'the slot, or the number of the page', (_th, [e]) =>
    BigInt(entryOf(e).offset),
  ),
  pureHelper('is_pte_marker_entry(swp):bool', 'a marker', (_th, [e]) => yes(entryOf(e).type === MARKER_TYPE)),
  pureHelper('pte_marker_entry_uffd_wp(swp):bool', 'a marker of userfaultfd', (_th, [e]) =>
    yes(marker(e, MARKER_UFFD_WP)),
  ),
  pureHelper('pte_marker_uffd_wp(pte):bool', 'a marker of userfaultfd', (th, [pte]) => {
    const word = asEntry(pte);
    return yes(
      th.m.arch.swap.isPteMarker(word) &&
        marker(th.m.arch.swap.pteToSwpEntry(word) as object, MARKER_UFFD_WP),
    );
  }),
  pureHelper('is_poisoned_swp_entry(swp):bool', 'a marker of a broken page', (_th, [e]) =>
    yes(marker(e, MARKER_POISONED)),
  ),
  pureHelper('is_hwpoison_entry(swp):bool', 'no page of the model is broken', () => 0n),
  ...pureHelpers(
    `is_device_private_entry(swp):bool
     is_writable_device_private_entry(swp):bool`,
    'no memory of the model belongs to a device alone',
    () => 0n,
  ),
  ...pureHelpers(
    `make_readable_device_private_entry(n):swp
     make_writable_device_private_entry(n):swp`,
    'memory of a device',
    (th) => {
      throw th.error('the model has no memory that belongs to a device alone');
    },
  ),
  pureHelper('make_hwpoison_entry(page):swp', 'a broken page', (th) => {
    throw th.error('the model has no broken pages');
  }),
  pureHelper(
    'pfn_swap_entry_folio(swp):folio',
    'the folio of a swap entry',
    (th, [e]) => th.m.k.pfnSwapEntryToPage(entryOf(e)).folio,
  ),
  pureHelper(
    'page_swap_entry(page):swp',
    'the slot of a page in the swap cache',
    (th, [page]) => th.m.k.pageSwapEntry(page as never) as unknown as Value,
  ),
  pureHelper(
    'swap_pte_batch(ptep,n,pte):int',
    'entries of swap slots in a row: taken one at a time',
    () => 1n,
  ),
  stepHelper('swap_duplicate(swp):int', 'one more entry refers to a slot', function* (th, [e]) {
    return (yield* th.m.k.swapDuplicate(entryOf(e))) ? 0n : -12n;
  }),
  stepHelper('swap_free(swp)', 'one entry less refers to a slot', function* (th, [e]) {
    yield* th.m.k.swapFree(entryOf(e));
    return 0n;
  }),
  stepHelper('free_swap_and_cache_nr(swp,n)', 'slots in a row lose an entry each', function* (th, [e, n]) {
    const { type, offset } = entryOf(e);
    for (let i = 0; i < number(th, n ?? 1n); i++) yield* th.m.k.swapFree({ type, offset: offset + i });
    return 0n;
  }),
];
