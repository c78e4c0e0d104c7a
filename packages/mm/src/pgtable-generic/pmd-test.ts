/**
 * Tests of an upper-level entry that are made one after the other, and the step into a table that asks nothing. Each test
 * of a value that the caller has read once is safe; each that reads the entry again may see another one.
 * (include/linux/pgtable.h)
 */
import type { InvariantCode, Ptep, PteWord, Vpn } from '@racewalk/core';
import { atomic, type Step } from '@racewalk/core/step';
import { describeEntry, LEAF_PAGES, type Machine } from '@racewalk/machine';

/** Report what the value of an entry is wrongly taken for. */
function* wrong(m: Machine, what: string): Step<void> {
  const code: InvariantCode = m.world.watches('TORN') ? 'TORN' : m.world.watches('ENC') ? 'ENC' : 'PTUAF';
  const text = `${m.agent} ${what}`;
  yield* atomic(
    [],
    (_mem, _base, faults) => {
      faults.fail(code, text);
      return 0;
    },
    { text, does: 'observe' },
    { locked: false },
  );
}

/**
 * The entry of a page in the table of this value, without a question: the frame number that stands there is taken for a
 * table's. If it is none, because the entry is empty or maps a huge page, that is TORN (ENC, or PTUAF, where the
 * race does not watch TORN), and null. @kernel pte_offset_kernel
 */
export function* pteOffsetKernel(m: Machine, pmdval: PteWord, vpn: Vpn): Step<Ptep | null> {
  const ptdesc = m.k.pmdPgtable(pmdval);
  if (ptdesc === null) {
    yield* wrong(m, `goes into a table where there is none: ${describeEntry(m.arch, 'pmd', pmdval)}`);
    return null;
  }
  const { entries, start } = ptdesc.table;
  return entries[(((vpn - start) % LEAF_PAGES.pmd) + LEAF_PAGES.pmd) % LEAF_PAGES.pmd] ?? null;
}

/** The entry is empty, or is none that leads to a table: then it is emptied. @kernel pmd_none_or_clear_bad */
export function* pmdNoneOrClearBad(m: Machine, pmdp: Ptep): Step<boolean> {
  if (m.p.pmdNone(yield* m.pmd.pmdpGet(pmdp))) return true;
  if (!m.p.pmdBad(yield* m.pmd.pmdpGet(pmdp))) return false;
  yield* m.k.pmdClearBad(pmdp);
  return true;
}

/**
 * The same for callers that hold the mmap lock for reading only: the entry is read once, and a huge page that has come
 * meanwhile counts as nothing to do. @kernel pmd_none_or_trans_huge_or_clear_bad
 */
export function* pmdNoneOrTransHugeOrClearBad(m: Machine, pmdp: Ptep): Step<boolean> {
  const pmdval = yield* m.pmd.pmdpGetLockless(pmdp);
  if (m.p.pmdNone(pmdval) || m.p.pmdTransHuge(pmdval)) return true;
  if (!m.p.pmdBad(pmdval)) return false;
  yield* m.k.pmdClearBad(pmdp);
  return true;
}

/** Takes the entry for corrupted: it is emptied, whatever it maps. @kernel pmd_clear_bad */
export function* pmdClearBad(m: Machine, pmdp: Ptep): Step<void> {
  yield* m.pmd.pmdClear(pmdp);
}

/** Functions that others call by name. */
export const PMD_TEST = {
  pteOffsetKernel,
  pmdNoneOrClearBad,
  pmdNoneOrTransHugeOrClearBad,
  pmdClearBad,
} as const;

type PmdTestFunctions = typeof PMD_TEST;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends PmdTestFunctions {}
}
