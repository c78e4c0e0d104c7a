/**
 * Every operation on page entries, called on a block that is half cleared. Seed 000: "If any other APIs are called for
 * the ptes in the contpte block during that time, we have to be very careful."
 */
import { type PTE_OPS, type Ptep, type PteWord, ptepAdd } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { Machine, Patch } from '@racewalk/machine';
import { addrAt, type Block } from '../block.js';
import { poisonMarker } from '../ops/aliases.js';
import { insistsOnWhole } from '../ops/naive-readers.js';

/** What an operation is called on, and what it may change. */
export interface OtherApi {
  /** In the kernel's spelling, with what it is called for. */
  readonly name: string;
  readonly op: (typeof PTE_OPS)[number];
  /** Called on an entry that is left (default), or on one that is cleared already. */
  readonly on?: 'cleared';
  /** It is meant to map a page at the entry it is called on. */
  readonly maps?: boolean;
  /** Called on a block that nobody has used lately, so that there is something to change. */
  readonly old?: boolean;
  /** It is meant to forget dirty. */
  readonly cleans?: boolean;
  /** Bodies to put in place of the architecture's. */
  readonly patch?: Patch;
  /** The value it returns, or null where that is not an entry. */
  readonly run: (m: Machine, s: Block, p: Ptep) => Step<PteWord | null>;
}

type Body = (m: Machine, s: Block, p: Ptep) => Step<unknown>;

/** An operation whose answer is not looked at. */
const does = (run: Body): OtherApi['run'] =>
  function* (m, s, p) {
    yield* run(m, s, p);
    return null;
  };

const whole = (s: Block) => [s.vma.mm, addrAt(s.entries[0]!), s.entries[0]!, s.entries.length] as const;

const withFlags = (write: boolean): Body =>
  function* (m, s, p) {
    const pte = yield* m.pte.ptepGet(p);
    const entry = m.v.pteMkyoung(m.v.pteMkdirty(write ? pte : m.v.pteWrprotect(pte)));
    return yield* m.pte.ptepSetAccessFlags(s.vma, addrAt(p), p, entry, true);
  };

const READS: readonly OtherApi[] = [
  { name: 'ptep_get', op: 'ptepGet', run: (m, _s, p) => m.pte.ptepGet(p) },
  { name: 'ptep_get_lockless', op: 'ptepGetLockless', run: (m, _s, p) => m.pte.ptepGetLockless(p) },
  {
    name: 'ptep_get_lockless (Linux 6.12)',
    op: 'ptepGetLockless',
    patch: insistsOnWhole,
    run: (m, _s, p) => m.pte.ptepGetLockless(p),
  },
];

const CLEARS: readonly OtherApi[] = [
  {
    name: 'ptep_get_and_clear_full',
    op: 'ptepGetAndClearFull',
    run: (m, s, p) => m.pte.ptepGetAndClearFull(s.vma.mm, addrAt(p), p, true),
  },
  {
    name: 'get_and_clear_full_ptes (block)',
    op: 'getAndClearFullPtes',
    run: (m, s) => m.pte.getAndClearFullPtes(...whole(s), true),
  },
  {
    name: 'get_and_clear_full_ptes (one)',
    op: 'getAndClearFullPtes',
    run: (m, s, p) => m.pte.getAndClearFullPtes(s.vma.mm, addrAt(p), p, 1, true),
  },
  {
    name: 'clear_full_ptes (block)',
    op: 'clearFullPtes',
    cleans: true,
    run: does((m, s) => m.pte.clearFullPtes(...whole(s), true)),
  },
  {
    name: 'clear_not_present_full_ptes',
    op: 'clearNotPresentFullPtes',
    on: 'cleared',
    run: does((m, s, p) => m.pte.clearNotPresentFullPtes(s.vma.mm, addrAt(p), p, 1, true)),
  },
  {
    name: 'ptep_get_and_clear',
    op: 'ptepGetAndClear',
    run: (m, s, p) => m.pte.ptepGetAndClear(s.vma.mm, addrAt(p), p),
  },
  {
    name: 'ptep_clear_flush',
    op: 'ptepClearFlush',
    run: (m, s, p) => m.pte.ptepClearFlush(s.vma, addrAt(p), p),
  },
  {
    name: 'pte_clear',
    op: 'pteClear',
    cleans: true,
    run: does((m, s, p) => m.pte.pteClear(s.vma.mm, addrAt(p), p)),
  },
  {
    name: 'ptep_clear',
    op: 'ptepClear',
    cleans: true,
    run: does((m, s, p) => m.pte.ptepClear(s.vma.mm, addrAt(p), p)),
  },
];

const SETS: readonly OtherApi[] = [
  {
    name: 'set_pte_at (marker, where cleared)',
    op: 'setPteAt',
    on: 'cleared',
    maps: true,
    run: does((m, s, p) => m.pte.setPteAt(s.vma.mm, addrAt(p), p, poisonMarker(m.arch))),
  },
  {
    name: 'set_pte_at (page, where cleared)',
    op: 'setPteAt',
    on: 'cleared',
    maps: true,
    run: does((m, s, p) => m.pte.setPteAt(s.vma.mm, addrAt(p), p, pageAt(m, s, p))),
  },
  {
    name: 'set_ptes (one page, where cleared)',
    op: 'setPtes',
    on: 'cleared',
    maps: true,
    run: does((m, s, p) => m.pte.setPtes(s.vma.mm, addrAt(p), p, pageAt(m, s, p), 1)),
  },
  {
    name: 'set_pte (page, where cleared)',
    op: 'setPte',
    on: 'cleared',
    maps: true,
    run: does((m, s, p) => m.pte.setPte(p, pageAt(m, s, p))),
  },
  {
    name: 'set_pte_at (same value)',
    op: 'setPteAt',
    run: does(function* (m, s, p) {
      yield* m.pte.setPteAt(s.vma.mm, addrAt(p), p, yield* m.pte.ptepGet(p));
    }),
  },
];

const CHANGES: readonly OtherApi[] = [
  {
    name: 'ptep_test_and_clear_young',
    op: 'ptepTestAndClearYoung',
    run: does((m, s, p) => m.pte.ptepTestAndClearYoung(s.vma, addrAt(p), p)),
  },
  {
    name: 'ptep_clear_flush_young',
    op: 'ptepClearFlushYoung',
    run: does((m, s, p) => m.pte.ptepClearFlushYoung(s.vma, addrAt(p), p)),
  },
  {
    name: 'clear_young_dirty_ptes (one)',
    op: 'clearYoungDirtyPtes',
    cleans: true,
    run: does((m, s, p) => m.pte.clearYoungDirtyPtes(s.vma, addrAt(p), p, 1, { young: true, dirty: true })),
  },
  {
    name: 'ptep_set_access_flags (flags)',
    op: 'ptepSetAccessFlags',
    old: true,
    run: does(withFlags(true)),
  },
  {
    name: 'ptep_set_access_flags (write)',
    op: 'ptepSetAccessFlags',
    run: does(withFlags(false)),
  },
  {
    name: 'ptep_set_wrprotect',
    op: 'ptepSetWrprotect',
    run: does((m, s, p) => m.pte.ptepSetWrprotect(s.vma.mm, addrAt(p), p)),
  },
  {
    name: 'wrprotect_ptes (block)',
    op: 'wrprotectPtes',
    run: does((m, s) => m.pte.wrprotectPtes(...whole(s))),
  },
  {
    name: 'ptep_modify_prot_start, _commit',
    op: 'ptepModifyProtStart',
    run: does(function* (m, s, p) {
      const old = yield* m.pte.ptepModifyProtStart(s.vma, addrAt(p), p);
      yield* m.pte.ptepModifyProtCommit(s.vma, addrAt(p), p, old, m.v.pteWrprotect(old));
    }),
  },
  {
    name: 'ptep_modify_prot_commit (same value)',
    op: 'ptepModifyProtCommit',
    run: does(function* (m, s, p) {
      const old = yield* m.pte.ptepGet(p);
      yield* m.pte.ptepModifyProtCommit(s.vma, addrAt(p), p, old, old);
    }),
  },
];

/** The page that was mapped at an entry, writable, clean and young. */
function pageAt(m: Machine, s: Block, p: Ptep): PteWord {
  const pte = m.v.pfnPte(s.folio.frames[p.index]!.pfn, m.v.mkProt({ ...s.vma.prot, write: false }));
  return m.v.pteMkyoung(m.v.pteMkclean(m.v.pteMkwrite(pte)));
}

/** Every operation of the table, in its order. */
export const OTHER_APIS: readonly OtherApi[] = Object.freeze([...READS, ...CLEARS, ...SETS, ...CHANGES]);

/** The entries of a block, `i` counted from its first. */
export const entryOf = (s: Block, i: number): Ptep => ptepAdd(s.entries[0]!, i);
