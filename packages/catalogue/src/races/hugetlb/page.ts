/** What the races of hugetlb pages start from. */
import { type ArchPlugin, type Ptep, ptepOf, type Vma } from '@racewalk/core';
import type { MapSpec, World } from '@racewalk/machine';
import { type Folio, linux } from '@racewalk/mm';

/** An area that maps one hugetlb page. */
export interface HugetlbPage {
  readonly vma: Vma;
  readonly folio: Folio;
  /** Its entry, or the first of the block. */
  readonly ptep: Ptep;
}

/** An empty area for one page: a contiguous block where the architecture has those, else one entry a level up. */
export function hugetlbArea(w: World): Vma {
  const { contPtes } = w;
  if (contPtes > 1) return w.vma({ pages: contPtes, flags: { hugetlb: true, hugetlbEntries: contPtes } });
  return w.vma({ pages: 1, level: 'pmd', flags: { hugetlb: true } });
}

/** Such an area with its page, mapped once. */
export function hugetlbPage(w: World, spec: MapSpec): HugetlbPage {
  const vma = hugetlbArea(w);
  const folio = linux(w).folio({ pages: w.contPtes });
  linux(w).mapFolio(vma, folio, { folded: w.contPtes > 1, young: true, ...spec });
  return { vma, folio, ptep: ptepOf(vma, vma.start) };
}

/** A page is one entry there. */
export const oneEntry = (arch: ArchPlugin): string | null =>
  arch.has('contPte') ? null : 'there are no contiguous blocks: a hugetlb page is one entry';

/** Why the start is not compared there: the protocol of that check maps pages and blocks. */
export const oneLevelUp = (arch: ArchPlugin): string | null =>
  arch.has('contPte')
    ? null
    : 'the page is mapped one level up, and the protocol of the check maps leaves only';
