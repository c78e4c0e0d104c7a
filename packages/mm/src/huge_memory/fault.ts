/** Faults on huge pages that are mapped. (mm/huge_memory.c, Linux 6.12) */
import { addrOf, type Ptep, type PteWord, type Vma } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { Frame, Machine } from '@racewalk/machine';

/** The entry for a new huge page: young, dirty, writable where the area is. @kernel mk_huge_pmd, maybe_pmd_mkwrite */
export function mkHugePmd(m: Machine, page: Frame, vma: Vma): PteWord {
  const plain = m.p.pfnPmd(page.pfn, m.v.mkProt({ ...vma.prot, write: false }));
  const used = m.p.pmdMkdirty(m.p.pmdMkyoung(plain));
  return vma.prot.write ? m.p.pmdMkdirty(m.p.pmdMkwrite(used)) : used;
}

/** The page was used: nothing more is missing. Returns the id of the entry left behind. @kernel huge_pmd_set_accessed */
export function* hugePmdSetAccessed(
  m: Machine,
  vma: Vma,
  pmdp: Ptep,
  orig: PteWord,
  write: boolean,
): Step<number> {
  yield* m.k.pmdLock(pmdp);
  let left = 0;
  if (m.p.pmdSame(yield* m.pmd.pmdpGet(pmdp), orig)) {
    const young = m.p.pmdMkyoung(orig);
    const entry = write ? m.p.pmdMkdirty(young) : young;
    yield* m.pmd.pmdpSetAccessFlags(vma, addrOf(vma.start), pmdp, entry, write);
    left = entry.id;
  }
  yield* m.unlock(pmdp.table.ptl);
  return left;
}

/** Functions that others call by name. */
export const HUGE_FAULT = { mkHugePmd, hugePmdSetAccessed } as const;

type HugeFaultFunctions = typeof HUGE_FAULT;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends HugeFaultFunctions {}
}
