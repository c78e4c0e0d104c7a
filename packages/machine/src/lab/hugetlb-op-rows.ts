/**
 * Operations on hugetlb entries in memory: the `huge_ptep_*` rows of the kernel's table, and those beside
 * them in include/asm-generic/hugetlb.h and include/linux/hugetlb.h (Linux 6.12). Where pages of several
 * entries exist, each law is tried on those, too.
 */

import { type ContractRow, hugePageSize, type PteWord, type ValueLaw } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import { changes, clears, permits, protects, reads, stores } from './families.js';
import type { Trial } from './trial.js';

const PTL = 'holds the page-table lock of the huge page';

const row = (op: string, kernel: string, says: string, law: ValueLaw, context = PTL): ContractRow => ({
  op,
  kernel,
  level: 'HugeTLB entry',
  context,
  says,
  law,
});

const s = { level: 'pmd', blocks: true } as const;
const size = (t: Trial) => hugePageSize(t.vma);

/** Take an entry out, write-protect it, put it back. */
function* protectedAnew({ m, vma, addr, at }: Trial): Step<PteWord> {
  const old = yield* m.huge.hugePtepModifyProtStart(vma, addr, at);
  yield* m.huge.hugePtepModifyProtCommit(vma, addr, at, old, m.hugeValues.hugePteWrprotect(old));
  return old;
}

export const HUGETLB_OP_ROWS: readonly ContractRow[] = [
  row(
    'hugePtepGet',
    'huge_ptep_get',
    'reads an entry; young and dirty speak for the whole page',
    reads(s, (t) => t.m.huge.hugePtepGet(t.mm, t.addr, t.at)),
  ),
  row(
    'setHugePteAt',
    'set_huge_pte_at',
    'stores the entries of a page',
    stores(s, (leaf) => (t) => t.m.huge.setHugePteAt(t.mm, t.addr, t.at, leaf, size(t))),
  ),
  row(
    'hugePteClear',
    'huge_pte_clear',
    'empties the entries of a page',
    clears(s, (t) => t.m.huge.hugePteClear(t.mm, t.addr, t.at, size(t)), {}),
    `${PTL}; nobody else changes the entries`,
  ),
  row(
    'hugePtepGetAndClear',
    'huge_ptep_get_and_clear',
    'empties the entries of a page and returns the first with young and dirty of all',
    clears(s, (t) => t.m.huge.hugePtepGetAndClear(t.mm, t.addr, t.at, size(t)), { returns: true }),
  ),
  row(
    'hugePtepClearFlush',
    'huge_ptep_clear_flush',
    'the same, and no TLB has the page any more',
    clears(s, (t) => t.m.huge.hugePtepClearFlush(t.vma, t.addr, t.at), { returns: true, flushes: true }),
  ),
  row(
    'hugePtepSetWrprotect',
    'huge_ptep_set_wrprotect',
    'forbids stores and loses no dirty state',
    protects(s, (t) => t.m.huge.hugePtepSetWrprotect(t.mm, t.addr, t.at)),
  ),
  row(
    'hugePtepSetAccessFlags',
    'huge_ptep_set_access_flags',
    'makes a page more permissive, never less',
    permits(s, (entry, dirty) => (t) => t.m.huge.hugePtepSetAccessFlags(t.vma, t.addr, t.at, entry, dirty)),
  ),
  row(
    'hugePtepModifyProtStart',
    'huge_ptep_modify_prot_start',
    'takes a page out for a change of protection',
    clears(s, (t) => t.m.huge.hugePtepModifyProtStart(t.vma, t.addr, t.at), { returns: true }),
  ),
  row(
    'hugePtepModifyProtCommit',
    'huge_ptep_modify_prot_commit',
    'puts the changed page back',
    changes(s, protectedAnew),
    `${PTL}; after huge_ptep_modify_prot_start`,
  ),
];
