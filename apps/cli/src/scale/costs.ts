/**
 * How much work cells are, to deal them out: only that the large ones are known matters, so this is
 * right if it is right within a factor of a few. The counts themselves are pinned elsewhere.
 */
import { keyOf, type MatrixCell } from '@racewalk/conformance/matrix';

/** A cell that is not listed, in thousands of steps: mostly what it takes to build and judge it. */
const SMALL = 10;

/** Thousands of steps of the cells with at least 60 000. */
export const LARGE: Readonly<Record<string, number>> = {
  'contpte/get-vs-half-cleared upstream arm64-contpte': 864,
  'contpte/teardown-stash-next upstream arm64-contpte': 823,
  'contpte/move-aligned upstream arm64-contpte': 571,
  'contpte/partial-dontneed upstream arm64-contpte': 534,
  'as-dirty/two-callers-without-lock upstream arm64-contpte-sw': 402,
  'as-dirty/two-callers-without-lock upstream sw-dirty': 401,
  'as-dirty/two-callers-without-lock upstream sw-access-dirty': 383,
  'contpte/teardown-vs-walker upstream arm64-contpte': 379,
  'contpte/teardown-vs-two-walkers upstream arm64-contpte': 271,
  'contpte/partial-dontneed mutant:no-flush arm64-contpte': 258,
  'contpte/reclaim-one upstream arm64-contpte': 188,
  'contpte/teardown-any-order upstream arm64-contpte': 164,
  'mremap/move-vs-reclaim upstream arm64-contpte': 147,
  'contpte/mixed-block upstream arm64-contpte': 140,
  'fork-batch/cow-two-threads upstream arm64-contpte-sw': 138,
  'fork-batch/cow-two-threads upstream sw-access-dirty': 138,
  'as-dirty/clean-folded upstream arm64-contpte': 128,
  'contpte/lockless-vs-refill upstream arm64-contpte-sw': 128,
  'contpte/lockless-vs-refill upstream arm64-contpte': 107,
  'contpte/clear-one upstream arm64-contpte': 100,
  'gup/aba-vs-reclaim upstream x86-pae': 80,
  'contpte/reclaim-one mutant:dirty-before-clear arm64-contpte': 79,
  'fork-batch/partial-ends upstream arm64-contpte': 76,
  'mremap/move-vs-mkclean upstream arm64-contpte': 75,
  'fork-batch/cow-two-threads upstream x86-pae': 75,
  'contpte/teardown-unfold upstream arm64-contpte': 67,
  'reclaim/batch-vs-swapin upstream x86-pae': 65,
  'contpte/reclaim-one mutant:no-flush arm64-contpte': 63,
};

/** About how many thousand steps a cell takes; 0 if it is not run. */
export function costOf(cell: MatrixCell): number {
  if (cell.expected === 'not-applicable') return 0;
  return SMALL + (LARGE[keyOf(cell)] ?? 0);
}
