/** Functions of mm: pages and folios, tables, gather, reverse map, notifiers. */
import { addrOf, PTE_ZERO, type PteWord, vpnOf } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import { atomic, read } from '@racewalk/core/step';
import { copyOut, type NotifierRange, type Frame as PageFrame } from '@racewalk/machine';
import { type Folio, FolioFlag, freePage, PageFlag } from '@racewalk/mm';
import { number } from '../run/numbers.js';
import { CStruct, LockRef, OutsidePage, type Value } from '../run/objects.js';
import { pageAt } from '../run/outside.js';
import type { Thread } from '../run/thread.js';
import { asEntry, asFolio, asMm, asPtep, asVma, pageOf } from './cast.js';
import { COUNT_NAMES } from './counts.js';
import { giveBack } from './functions/spare.js';
import { storeThrough } from './functions/through.js';
import { type Helper, helpers, pureHelper, stepHelper } from './helper.js';
import { HUGE_NAMES } from './huge.js';
import { PAGE_LOCK_NAMES } from './page-locks.js';
import { VM_FLAG_NAMES } from './vm-flags.js';
import { WRITEBACK_NAMES } from './writeback.js';

const FUNCTIONS = `
  set_page_dirty(page):bool -> setPageDirty
  SetPageDirty(page) -> setPageDirty
  folio_mark_dirty(folio):bool
  mark_page_accessed(page)
  folio_remove_rmap_pte(_,page,_) -> folioRemoveRmapPte
  folio_remove_rmap_ptes(folio,page,n,_)
  folio_ref_add(folio,n)
  folio_put_refs(folio,n)
  folio_ref_count(folio):int
  folio_mapcount(folio):int
  folio_mapped(folio):bool
  folio_test_dirty(folio):bool
  folio_ref_freeze(folio,n):bool
  inc_tlb_flush_pending(mm)
  dec_tlb_flush_pending(mm)
  mm_tlb_flush_nested(mm):bool
  flush_tlb_batched_pending(mm)
  arch_flush_tlb_batched_pending(mm)
  try_to_unmap_flush()
  try_to_unmap_flush_dirty()
  lock_page(page)
  trylock_page(page):bool
  unlock_page(page)
  get_page(page)
  get_page_unless_zero(page):bool
  put_page(page)
  PageAnonExclusive(page):bool -> pageAnonExclusive
  SetPageAnonExclusive(page) -> setPageAnonExclusive
  ClearPageAnonExclusive(page) -> clearPageAnonExclusive
  folio_maybe_dma_pinned(folio):bool
  folio_clear_dirty_for_io(folio):bool
  folio_needs_cow_for_dma(vma,folio):bool
  tlb_finish_mmu(tlb)
  tlb_start_vma(tlb,vma)
  tlb_flush_mmu(tlb)
  tlb_flush_mmu_tlbonly(tlb)
  tlb_flush(tlb)
  tlb_flush_mmu_free(tlb)
`;

const PLAIN = `
  maybe_mkwrite(pte,vma):pte
  should_defer_flush(mm,n):bool
`;

/** What an entry leads to that user code may see; nothing for those of devices, and for special ones. */
const normalPage = (th: Thread, vma: Value | undefined, pte: PteWord): Value => {
  const pfn = th.m.v.ptePfn(pte);
  const none = th.m.v.pteSpecial(pte) || th.m.v.pteDevmap(pte) || asVma(vma).flags?.io === true;
  return none ? (th.m.world.frames.at(pfn) ?? null) : pageAt(th.m, pfn);
};

/** Which lock the entries of an address space have. */
const TABLES: readonly Helper[] = [
  pureHelper('pte_lockptr(mm,any):lock', 'the page-table lock', (th, [mm]) => {
    const table = th.m.world.tables.find((t) => t.mm === mm);
    if (table === undefined) throw th.error('this address space has no table in the race');
    return new LockRef(table.ptl);
  }),
];

const takes = (name: string): string => (name.startsWith('folio') ? 'folio' : 'page');

const flag = (name: string, bit: number): Helper =>
  stepHelper(`${name}(${takes(name)}):bool`, 'a flag of a page', function* (_th, [p]) {
    const page = pageOf(p);
    return (yield* read(page.cell, { op: name, text: page.name })) & bit ? 1n : 0n;
  });

const setFlag = (name: string, bit: number, on: boolean): Helper =>
  stepHelper(`${name}(${takes(name)})`, 'changes a flag of a page', function* (_th, [p]) {
    const { cell, name: text } = pageOf(p);
    yield* atomic(
      [cell],
      (mem, base) => {
        const old = mem[base + cell] ?? 0;
        mem[base + cell] = on ? old | bit : old & ~bit;
        return 0;
      },
      { op: name, text, on: [cell] },
    );
    return 0n;
  });

const PAGES: readonly Helper[] = [
  pureHelper('vm_normal_page(vma,addr,pte):page', 'the page of an entry', (th, [vma, , pte]) =>
    normalPage(th, vma, pte as never),
  ),
  pureHelper('vm_normal_folio(vma,addr,pte):folio', 'the folio of an entry', (th, [vma, , pte]) => {
    const page = normalPage(th, vma, pte as never);
    return page === null || page instanceof OutsidePage ? page : (page as PageFrame).folio;
  }),
  pureHelper('pte_page(pte):page', 'the page of an entry', (th, [pte]) =>
    pageAt(th.m, th.m.v.ptePfn(pte as never)),
  ),
  pureHelper('pfn_to_page(n):page', 'the page with a number', (th, [n]) => pageAt(th.m, number(th, n ?? 0n))),
  pureHelper('page_to_pfn(page):ulong', 'the number of a page', (_th, [p]) => BigInt(pageOf(p).pfn)),
  pureHelper('page_folio(page):folio', 'the folio of a page', (_th, [p]) => pageOf(p).folio),
  pureHelper('folio_page(folio,n):page', 'a page of a folio', (th, [f, n]) => {
    const page = asFolio(f).frames[number(th, n ?? 0n)];
    if (page === undefined) throw th.error('this folio has no such page');
    return page;
  }),
  pureHelper('folio_nr_pages(folio):ulong', 'how many pages', (_th, [f]) => BigInt(asFolio(f).frames.length)),
  pureHelper('folio_test_large(folio):bool', 'more than one page', (_th, [f]) =>
    asFolio(f).frames.length > 1 ? 1n : 0n,
  ),
  pureHelper('mk_pte(page,any):pte', 'an entry for a page', (th, [p, prot]) =>
    th.m.v.pfnPte(pageOf(p).pfn, prot as never),
  ),
  pureHelper('pte_pgprot(pte):pte', 'the bits of an entry without its page', (th, [pte]) =>
    th.m.v.pfnPte(0, pte as never),
  ),
  pureHelper(
    'pfn_swap_entry_to_page(swp):page',
    'the page of a swap entry',
    (th, [e]) => th.m.k.pfnSwapEntryToPage(e as never) as never,
  ),
  pureHelper('swp_offset_pfn(swp):ulong', 'the page number in a swap entry', (_th, [e]) =>
    BigInt((e as unknown as { offset: number }).offset),
  ),
  flag('PageDirty', PageFlag.DIRTY),
  flag('folio_test_writeback', PageFlag.WRITEBACK),
  flag('folio_test_lazyfree', PageFlag.LAZYFREE),
  setFlag('ClearPageDirty', PageFlag.DIRTY, false),
  stepHelper('folio_test_clear_dirty(folio):bool', 'takes the dirty flag', function* (_th, [f]) {
    const { flags, name } = asFolio(f);
    const run = (mem: Int32Array, base: number) => {
      const old = mem[base + flags] ?? 0;
      mem[base + flags] = old & ~FolioFlag.DIRTY;
      return old & FolioFlag.DIRTY;
    };
    return BigInt(
      yield* atomic(
        [flags],
        run,
        { op: 'folio_test_clear_dirty', text: name, on: [flags] },
        { show: (o) => `→ ${o.result}` },
      ),
    );
  }),
  stepHelper('free_unref_page(page)', 'returns a page to the allocator', function* (th, [p]) {
    yield* freePage(th.m, pageOf(p));
    return 0n;
  }),
  ...['free_page', '__free_page'].map((name) =>
    stepHelper(
      `${name}(${name === 'free_page' ? 'any' : 'page'})`,
      'drops a reference; the last one frees the page',
      function* (th, [p]) {
        const { folio } = pageOf(p);
        // The pages of a larger folio share their count; each of them may be given back alone here.
        if (folio.frames.length === 1) return yield* putAndFree(th, folio);
        yield* freePage(th.m, pageOf(p));
        return 0n;
      },
    ),
  ),
  ...['folio_put', 'put_page_and_free'].map((name) =>
    stepHelper(`${name}(folio)`, 'drops a reference; the last one frees the folio', (th, [f]) =>
      putAndFree(th, asFolio(f)),
    ),
  ),
  ...['memcpy_from_page', 'memcpy_from_folio'].map(
    (name): Helper => ({
      ...stepHelper(
        `${name}()`,
        'copies what a page holds out of it: from here on it counts as saved',
        function* (th, args) {
          const page = args.find((x) => typeof x === 'object' && x !== null && ('pfn' in x || 'frames' in x));
          if (page === undefined) throw th.error(`${name}() without a page`);
          yield* copyOut(pageOf(page));
          return 0n;
        },
      ),
      args: null,
    }),
  ),
  stepHelper('folio_get(folio)', 'takes a reference', function* (th, [f]) {
    yield* th.m.k.folioRefAdd(asFolio(f), 1);
    return 0n;
  }),
  stepHelper('folio_try_get(folio):bool', 'takes a reference unless there is none', function* (_th, [f]) {
    const { refcount, name } = asFolio(f);
    const run = (mem: Int32Array, base: number) => {
      const old = mem[base + refcount] ?? 0;
      if (old > 0) mem[base + refcount] = old + 1;
      return old > 0 ? 1 : 0;
    };
    return BigInt(
      yield* atomic(
        [refcount],
        run,
        { op: 'folio_try_get', text: name, on: [refcount] },
        { show: (o) => `→ ${o.result}` },
      ),
    );
  }),
];

function* putAndFree(th: Thread, folio: Folio): Step<Value> {
  if (giveBack(th.m, folio)) return 0n;
  const left = yield* th.m.k.folioPutRefs(folio, 1);
  if (left === 0) for (const frame of folio.frames) yield* freePage(th.m, frame);
  return 0n;
}

const AREAS: readonly Helper[] = [
  pureHelper('vma_pages(vma):ulong', 'how many pages', (_th, [v]) => BigInt(asVma(v).end - asVma(v).start)),
  pureHelper('vma_is_anonymous(vma):bool', 'maps no file', (_th, [v]) =>
    asVma(v).mapping === null ? 1n : 0n,
  ),
  pureHelper('is_vm_hugetlb_page(vma):bool', 'hugetlbfs', (_th, [v]) =>
    asVma(v).flags.hugetlb === true ? 1n : 0n,
  ),
  pureHelper('is_cow_mapping(ulong):bool', 'private and writable', (th, [flags]) =>
    (number(th, flags ?? 0n) & 10) === 2 ? 1n : 0n,
  ),
  pureHelper('vm_get_page_prot(ulong):pte', 'the bits that flags permit', (th, [flags]) => {
    const n = number(th, flags ?? 0n);
    return th.m.v.mkProt({ read: (n & 1) !== 0, write: (n & 2) !== 0 && (n & 8) !== 0 });
  }),
];

function rangeOf(th: Thread, p: Value | undefined): NotifierRange {
  const range = p instanceof CStruct ? p.members.host : undefined;
  if (range !== undefined) return range as unknown as NotifierRange;
  throw th.error('this range was not initialized', 'call mmu_notifier_range_init() first');
}

const isMm = (x: Value): boolean => typeof x === 'object' && x !== null && 'tlbFlushPending' in x;

/** `(range, event, flags, mm, start, end)`, with an owner behind it perhaps; some releases have an area before the mm. */
function initRange(th: Thread, args: readonly Value[]): Value {
  const at = args.findIndex(isMm);
  const [range, event] = args;
  const [mm, start = 0n, end = 0n, owner] = args.slice(at);
  const [first, behind] = [start, end].map((x) => vpnOf(number(th, x)));
  if (range instanceof CStruct) {
    const named = typeof owner === 'string' ? { owner } : {};
    const host = { event, mm, start: first, end: behind, ...named };
    Object.assign(range.members, { host, start, end });
  }
  return 0n;
}

const NOTIFIERS: readonly Helper[] = [
  ...['mmu_notifier_range_init', 'mmu_notifier_range_init_owner'].map((name) => ({
    ...pureHelper(`${name}()`, 'fills a range', initRange),
    args: null,
  })),
  stepHelper('mmu_notifier_invalidate_range_start(any)', 'stops secondary MMUs', function* (th, [r]) {
    yield* th.m.notifier.mmuNotifierInvalidateRangeStart(rangeOf(th, r));
    return 0n;
  }),
  stepHelper('mmu_notifier_invalidate_range_end(any)', 'lets them go on', function* (th, [r]) {
    yield* th.m.notifier.mmuNotifierInvalidateRangeEnd(rangeOf(th, r));
    return 0n;
  }),
];

const GATHER: readonly Helper[] = [
  stepHelper('tlb_gather_mmu(any,mm)', 'begins to gather', function* (th, [p, mm]) {
    const made = yield* th.m.k.tlbGatherMmu(asMm(mm));
    storeThrough(th, p, made as never);
    return 0n;
  }),
  pureHelper(
    'tlb_flush_pte_range(tlb,addr,ulong)',
    'the range that is to be flushed',
    (th, [tlb, addr, size]) => {
      const at = number(th, addr ?? 0n);
      const vma = th.m.world.vmas.find((v) => addrOf(v.start) <= at && at < addrOf(v.end));
      if (vma !== undefined) th.m.k.tlbFlushPteRange(tlb as never, vma, at, number(th, size ?? 0n));
      return 0n;
    },
  ),
  stepHelper('mm_tlb_flush_pending(mm):bool', 'whether a flush is announced', function* (_th, [mm]) {
    const cell = asMm(mm).tlbFlushPending;
    return (yield* read(cell, { op: 'mm_tlb_flush_pending' })) > 0 ? 1n : 0n;
  }),
];

/** One entry, without what an architecture does around it. */
const RAW: readonly Helper[] = [
  {
    ...stepHelper('__ptep_get(ptep):pte', 'one load of one entry', function* ({ m }, [p]) {
      return yield* m.entries.readOnce(asPtep(p), '__ptep_get');
    }),
    transparent: true,
  },
  stepHelper('__set_pte(ptep,pte)', 'one plain store', function* ({ m }, [p, pte]) {
    yield* m.entries.writeOnce(asPtep(p), asEntry(pte), '__set_pte');
    return 0n;
  }),
  stepHelper('__pte_clear(mm,addr,ptep)', 'one plain store', function* ({ m }, [, , p]) {
    yield* m.entries.writeOnce(asPtep(p), PTE_ZERO, '__pte_clear');
    return 0n;
  }),
  stepHelper('__ptep_get_and_clear(mm,addr,ptep):pte', 'one exchange', function* ({ m }, [, , p]) {
    return yield* m.entries.xchg(asPtep(p), PTE_ZERO, '__ptep_get_and_clear');
  }),
];

/** Everything of this file. */
export const MM_NAMES: readonly Helper[] = [
  ...helpers('kernel', FUNCTIONS, ({ m }) => m.k),
  ...helpers('kernel', PLAIN, ({ m }) => m.k, { pure: true }),
  ...TABLES,
  ...PAGES,
  ...AREAS,
  ...NOTIFIERS,
  ...GATHER,
  ...COUNT_NAMES,
  ...WRITEBACK_NAMES,
  ...PAGE_LOCK_NAMES,
  ...VM_FLAG_NAMES,
  ...HUGE_NAMES,
  ...RAW,
];
