/** Parts of `struct mmu_gather` that take other arguments here: the machine's know the area. */
import { pteAccessible, type Vma } from '@racewalk/core';
import { number } from '../../run/numbers.js';
import type { Value } from '../../run/objects.js';
import type { Thread } from '../../run/thread.js';
import { mustHave } from '../areas.js';
import { asEntry, asFrame, asGather, asMm, asPtep, asVma } from '../cast.js';
import { type Helper, pureHelper, stepHelper } from '../helper.js';

/** The area that the gather is in, else that of the address. */
const areaOf = (th: Thread, tlb: Value | undefined, addr: Value | undefined): Vma =>
  asGather(tlb).vma ?? mustHave(th, asGather(tlb).mm, addr);

const removed = (name: string, kinds: string, many: boolean): Helper =>
  pureHelper(`${name}(${kinds})`, 'entries were emptied: they are to be flushed', (th, [tlb, pte, a, b]) => {
    const nr = many ? number(th, a ?? 1n) : 1;
    th.m.k.tlbRemoveTlbEntries(asGather(tlb), areaOf(th, tlb, many ? b : a), asPtep(pte), nr);
    return 0n;
  });

/** Everything of this file. */
export const GATHER_NAMES: readonly Helper[] = [
  removed('tlb_remove_tlb_entries', 'tlb,ptep,n,addr', true),
  removed('tlb_remove_tlb_entry', 'tlb,ptep,addr', false),
  pureHelper('__tlb_reset_range(tlb)', 'nothing is to be flushed any more', (_th, [tlb]) => {
    Object.assign(asGather(tlb), { end: 0, freedTables: false });
    return 0n;
  }),
  stepHelper('tlb_table_flush(tlb)', 'flushes, and frees tables', function* (th, [tlb]) {
    yield* th.m.k.tlbTableFlush(asGather(tlb));
    return 0n;
  }),
  stepHelper('tlb_batch_pages_flush(tlb)', 'frees pages', function* (th, [tlb]) {
    yield* th.m.k.tlbBatchPagesFlush(asGather(tlb));
    return 0n;
  }),
  pureHelper('tlb_batch_list_free(tlb)', 'the list of the model is no memory', () => 0n),
  pureHelper('tlb_update_vma_flags(tlb,vma)', 'which kinds of TLB the range is in: one here', () => 0n),
  pureHelper('tlb_delay_rmap(tlb):bool', 'the reverse map may be told after the flush', (th, [tlb]) =>
    th.m.k.tlbDelayRmap(asGather(tlb)) ? 1n : 0n,
  ),
  pureHelper(
    '__tlb_remove_folio_pages(tlb,page,n,bool):bool',
    'keeps pages until after the flush; true if there is no more room',
    (th, [tlb, page, nr, delay]) =>
      th.m.k.__tlbRemoveFolioPages(asGather(tlb), asFrame(page), number(th, nr ?? 1n), delay !== 0n)
        ? 1n
        : 0n,
  ),
  pureHelper(
    '__tlb_remove_page(tlb,page,bool):bool',
    'keeps a page until after the flush; true if there is no more room',
    (th, [tlb, page, delay]) =>
      th.m.k.__tlbRemoveFolioPages(asGather(tlb), asFrame(page), 1, delay !== 0n) ? 1n : 0n,
  ),
  stepHelper('tlb_remove_page(tlb,page)', 'keeps a page until after the flush', function* (th, [tlb, page]) {
    if (th.m.k.__tlbRemoveFolioPages(asGather(tlb), asFrame(page), 1, false))
      yield* th.m.k.tlbFlushMmu(asGather(tlb));
    return 0n;
  }),
  stepHelper('pte_accessible(mm,pte):bool', 'whether a TLB may hold it', function* (th, [mm, pte]) {
    return (yield* pteAccessible(th.m, asMm(mm), asEntry(pte))) ? 1n : 0n;
  }),
  stepHelper(
    'tlb_flush_rmaps(tlb,vma)',
    'tells the reverse map what was put off',
    function* (th, [tlb, vma]) {
      yield* th.m.k.tlbFlushRmaps(asGather(tlb), asVma(vma));
      return 0n;
    },
  ),
];
