/**
 * Operations on huge pages in memory: the `pmdp_*` and `pudp_*` rows of the kernel's table, and those
 * beside them in include/linux/pgtable.h (Linux 6.12).
 */
import {
  type ContractRow,
  PMD_ONLY_OPS,
  type PMD_OPS,
  pudName,
  type UpperLevel,
  type ValueLaw,
} from '@racewalk/core';
import {
  ages,
  clears,
  clearsHuge,
  collapses,
  invalidates,
  permits,
  protects,
  reads,
  replaces,
  setsHuge,
  stores,
} from './families.js';

const PTL = 'holds the page-table lock of the level';
const LOCKLESS = 'no lock; interrupts off keeps the table alive';
const OWN = 'no lock; a range that nobody else knows';
const MMAP = `${PTL}, and the mmap lock for writing`;

/** Operation, promise, context, law. */
type Row = readonly [op: (typeof PMD_OPS)[number], says: string, context: string, law: ValueLaw];

function rows(level: UpperLevel): readonly Row[] {
  const s = { level };
  return [
    ['pmdpGet', 'reads an entry', PTL, reads(s, (t) => t.ops.pmdpGet(t.at))],
    [
      'pmdpGetLockless',
      'reads an entry that stood there at some time',
      LOCKLESS,
      reads(s, (t) => t.ops.pmdpGetLockless(t.at), true),
    ],
    [
      'setPmdAt',
      'stores an entry',
      PTL,
      stores(s, (leaf) => (t) => t.ops.setPmdAt(t.mm, t.addr, t.at, leaf)),
    ],
    [
      'pmdClear',
      'empties an entry',
      `${PTL}; nobody else changes the entry`,
      clears(s, (t) => t.ops.pmdClear(t.at), {}),
    ],
    [
      'pmdpGetAndClear',
      'empties an entry and returns what stood there, losing no update of the hardware',
      PTL,
      clears(s, (t) => t.ops.pmdpGetAndClear(t.mm, t.addr, t.at), { returns: true }),
    ],
    [
      'pmdpGetAndClearFull',
      'the same, with the promise that the whole address space goes',
      PTL,
      clears(s, (t) => t.ops.pmdpGetAndClearFull(t.vma, t.addr, t.at, true), { returns: true }),
    ],
    [
      'pmdpHugeGetAndClear',
      'empties the entry of a huge page and returns it, losing no update of the hardware',
      PTL,
      clears(s, (t) => t.ops.pmdpHugeGetAndClear(t.mm, t.addr, t.at), { returns: true }),
    ],
    [
      'pmdpHugeGetAndClearFull',
      'the same, with the promise that the whole address space goes',
      PTL,
      clears(s, (t) => t.ops.pmdpHugeGetAndClearFull(t.vma, t.addr, t.at, true), { returns: true }),
    ],
    [
      'pmdpHugeClearFlush',
      'the same, and no TLB has the page any more',
      PTL,
      clears(s, (t) => t.ops.pmdpHugeClearFlush(t.vma, t.addr, t.at), { returns: true, flushes: true }),
    ],
    [
      'pmdpTestAndClearYoung',
      'makes an entry old and says whether it was young; no flush',
      PTL,
      ages(s, (t) => t.ops.pmdpTestAndClearYoung(t.vma, t.addr, t.at), false),
    ],
    [
      'pmdpClearFlushYoung',
      'the same, and flushes if it was young',
      PTL,
      ages(s, (t) => t.ops.pmdpClearFlushYoung(t.vma, t.addr, t.at), true),
    ],
    [
      'pmdpSetWrprotect',
      'forbids stores and loses no dirty state; no flush',
      PTL,
      protects(s, (t) => t.ops.pmdpSetWrprotect(t.mm, t.addr, t.at)),
    ],
    [
      'pmdpSetAccessFlags',
      'makes an entry more permissive, never less',
      PTL,
      permits(s, (entry, dirty) => (t) => t.ops.pmdpSetAccessFlags(t.vma, t.addr, t.at, entry, dirty)),
    ],
    [
      'pmdpEstablish',
      'puts another entry in the place of one, losing no update of the hardware',
      PTL,
      replaces(s, (by) => (t) => t.ops.pmdpEstablish(t.vma, t.addr, t.at, by)),
    ],
    [
      'pmdpInvalidate',
      'takes a huge page from the hardware and keeps it for the kernel; flushes',
      PTL,
      invalidates(s, (t) => t.ops.pmdpInvalidate(t.vma, t.addr, t.at), true),
    ],
    [
      'pmdpInvalidateAd',
      'the same; only young and dirty are sure not to change any more',
      PTL,
      invalidates(s, (t) => t.ops.pmdpInvalidateAd(t.vma, t.addr, t.at), false),
    ],
    [
      'pmdpCollapseFlush',
      'takes a table out, and no TLB has a page of it any more',
      MMAP,
      collapses(s, (t) => t.ops.pmdpCollapseFlush(t.vma, t.addr, t.at)),
    ],
    [
      'pmdSetHuge',
      'maps a huge page for the kernel, or says that it did not',
      OWN,
      setsHuge(s, (pfn, prot) => (t) => t.ops.pmdSetHuge(t.at, pfn, prot)),
    ],
    [
      'pmdClearHuge',
      'removes a huge page of the kernel, and nothing else',
      OWN,
      clearsHuge(s, (t) => t.ops.pmdClearHuge(t.at)),
    ],
  ];
}

const snake = (name: string) => name.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`);

/** Huge pages of the kernel need the leaf alone; the others are about transparent ones. */
const needsOfPud = (op: (typeof PMD_OPS)[number]): ContractRow['needs'] =>
  op === 'pmdSetHuge' || op === 'pmdClearHuge' ? ['pudLeaf'] : ['pudLeaf', 'pudThp'];

export const PMD_OP_ROWS: readonly ContractRow[] = rows('pmd').map(([op, says, context, law]) => ({
  op,
  kernel: snake(op),
  level: 'PMD entry',
  context,
  says,
  law,
}));

export const PUD_OP_ROWS: readonly ContractRow[] = rows('pud')
  .filter(([op]) => !(PMD_ONLY_OPS as readonly string[]).includes(op))
  .map(([op, says, context, law]) => ({
    op: pudName(op),
    kernel: snake(pudName(op)),
    level: 'PUD entry',
    context,
    says,
    needs: needsOfPud(op) ?? [],
    law,
  }));
