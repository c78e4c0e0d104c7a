/** The operations whose costs the threads argue about. */

import { PTE_ZERO } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { Machine, MapSpec, World } from '@racewalk/machine';
import { linux } from '@racewalk/mm';
import { clearEntry } from '../agents/teardown.js';
import { addrAt, type Block, mapBlock, pagesIn } from '../block.js';
import { getAndClearFullStashNext } from '../ops/stash-next.js';

/** One line of the table. */
export interface CountedOp {
  /** Stable, for instance `teardown, unfold`. */
  readonly name: string;
  readonly setup: (w: World) => Block;
  readonly run: (m: Machine, s: Block) => Step<unknown>;
}

/** In use: every page read and written, so that flags have to be kept. */
const inUse: MapSpec = { young: true, dirty: true };
const start = (spec: MapSpec) => (w: World) => mapBlock(w, spec);

/** Written once: the hardware recorded it in the first entry. */
function writtenOnce(w: World): Block {
  const s = mapBlock(w);
  linux(w).mapFolio(s.vma, s.folio, { folded: true, young: true, dirty: true, pages: 1 });
  return s;
}

/** Empty entries from `from` on. */
const emptied = (from: (n: number) => number, spec: MapSpec) => (w: World) => {
  const s = mapBlock(w, spec);
  for (const ptep of s.entries.slice(from(pagesIn(w)))) w.setInitial(ptep, PTE_ZERO);
  return s;
};

type ClearOne = (m: Machine, s: Block, i: number) => Step<unknown>;

const each = (clear: ClearOne) =>
  function* (m: Machine, s: Block): Step<void> {
    for (let i = 0; i < s.entries.length; i++) yield* clear(m, s, i);
  };

const stashNext: ClearOne = (m, s, i) => {
  const ptep = s.entries[i]!;
  return getAndClearFullStashNext(m, s.vma.mm, addrAt(ptep), ptep);
};

const whole = (s: Block) => [s.vma.mm, addrAt(s.entries[0]!), s.entries[0]!, s.entries.length] as const;
const first = (s: Block) => [s.vma, addrAt(s.entries[0]!), s.entries[0]!] as const;

/** Teardown of one whole block in the ways that were proposed, without the invalidation at its end. */
const TEARDOWN: readonly CountedOp[] = [
  { name: 'teardown, stash in last', setup: writtenOnce, run: each((m, s, i) => clearEntry(m, s, i)) },
  { name: 'teardown, stash in next', setup: writtenOnce, run: each(stashNext) },
  { name: 'teardown, unfold', setup: writtenOnce, run: each((m, s, i) => clearEntry(m, s, i, false)) },
  {
    name: 'teardown, one call',
    setup: writtenOnce,
    run: (m, s) => m.pte.getAndClearFullPtes(...whole(s), true),
  },
];

/** Single operations on one entry of a block, or on the block. */
const SINGLE: readonly CountedOp[] = [
  { name: 'ptep_get', setup: start(inUse), run: (m, s) => m.pte.ptepGet(s.entries[0]!) },
  { name: 'ptep_get_lockless', setup: start(inUse), run: (m, s) => m.pte.ptepGetLockless(s.entries[0]!) },
  {
    name: 'ptep_get_and_clear',
    setup: start(inUse),
    run: (m, s) => m.pte.ptepGetAndClear(s.vma.mm, addrAt(s.entries[0]!), s.entries[0]!),
  },
  {
    name: 'ptep_set_access_flags',
    setup: start({ young: false }),
    *run(m, s) {
      const pte = yield* m.pte.ptepGet(s.entries[0]!);
      return yield* m.pte.ptepSetAccessFlags(...first(s), m.v.pteMkdirty(m.v.pteMkyoung(pte)), true);
    },
  },
  {
    name: 'ptep_test_and_clear_young',
    setup: start(inUse),
    run: (m, s) => m.pte.ptepTestAndClearYoung(...first(s)),
  },
  {
    name: 'ptep_clear_flush_young',
    setup: start(inUse),
    run: (m, s) => m.pte.ptepClearFlushYoung(...first(s)),
  },
  { name: 'wrprotect_ptes, whole', setup: start(inUse), run: (m, s) => m.pte.wrprotectPtes(...whole(s)) },
  {
    name: 'wrprotect_ptes, part',
    setup: start(inUse),
    run: (m, s) => m.pte.wrprotectPtes(s.vma.mm, addrAt(s.entries[1]!), s.entries[1]!, s.entries.length - 2),
  },
  {
    name: 'set_ptes, whole',
    setup: emptied(() => 0, inUse),
    run: (m, s) =>
      m.pte.setPtes(s.vma.mm, addrAt(s.entries[0]!), s.entries[0]!, writable(m, s, 0), s.entries.length),
  },
  {
    name: 'set_ptes, last of a block',
    setup: emptied((n) => n - 1, { ...inUse, folded: false }),
    run: (m, s) => {
      const i = s.entries.length - 1;
      return m.pte.setPtes(s.vma.mm, addrAt(s.entries[i]!), s.entries[i]!, writable(m, s, i), 1);
    },
  },
];

function writable(m: Machine, s: Block, i: number) {
  const pte = m.v.pfnPte(s.folio.frames[i]!.pfn, m.v.mkProt(s.vma.prot));
  return m.v.pteMkdirty(m.v.pteMkyoung(m.v.pteMkwrite(pte)));
}

/** Every operation of the table, in its order. */
export const COUNTED_OPS: readonly CountedOp[] = Object.freeze([...TEARDOWN, ...SINGLE]);
