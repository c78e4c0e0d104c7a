/** Every combination of the bits that the helpers read or write, for laws that must hold for all. */
import { PTE_ZERO, type PteWord, pteOr } from '@racewalk/core';
import { arm64Contpte } from '../src/index.js';
import { PTE } from '../src/layout.js';
import { malformed } from '../src/values.js';

const SWITCHES = [PTE.AF, PTE.RDONLY, PTE.WRITE, PTE.DIRTY, PTE.CONT, PTE.SPECIAL, PTE.UFFD_WP, PTE.UXN];

/** All sums of the words. */
export function subsets(words: readonly PteWord[]): PteWord[] {
  const sums = [PTE_ZERO];
  for (const word of words) sums.push(...sums.map((sum) => pteOr(sum, word)));
  return sums;
}

const PAGE = [PTE.VALID, PTE.TYPE, PTE.USER, PTE.SHARED, PTE.NG, PTE.PXN].reduce(pteOr);

/** Valid user entries of frame 0x40 in every state, malformed ones included. */
export const anyValid: readonly PteWord[] = subsets(SWITCHES).map((flags) =>
  arm64Contpte.values.pfnPte(0x40, pteOr(PAGE, flags)),
);

/** Those that may stand in a table. */
export const valid: readonly PteWord[] = anyValid.filter((pte) => malformed(pte) === null);

/** `PROT_NONE` entries in every state. */
export const protnone: readonly PteWord[] = valid.map((pte) =>
  arm64Contpte.values.pteModify(pte, arm64Contpte.values.protNone()),
);

/** What the kernel calls present. */
export const present: readonly PteWord[] = [...new Set([...valid, ...protnone])];
