/**
 * Races that are explored in order by default on these plug-ins: under the weak order a cell of theirs has more than 1000
 * executions. Made by `tools/docs/in-order-list.mjs` from reports; do not edit.
 */

/** Ids of plug-ins by race. */
export const IN_ORDER: Readonly<Record<string, string>> = {
  'access-flags/clear-flush-young': 'arm64-contpte',
  'access-flags/clear-flush-young-strict': 'riscv64-svade',
  'access-flags/flush-only-if-changed': 'arm64-contpte riscv64',
  'access-flags/set-vs-walker': 'arm64-contpte riscv64',
  'access-flags/sva-contpte': 'arm64-contpte riscv64',
  'access-flags/sva-hugetlb': 'arm64-contpte',
  'as-dirty/clean-folded': 'arm64-contpte arm64-contpte-sw riscv64',
  'as-dirty/clean-vs-write': 'arm64-contpte-sw',
  'as-dirty/four-writes': 'arm64-contpte-sw sw-access-dirty sw-dirty',
  'as-dirty/missing-table': 'sw-access-dirty',
  'as-dirty/one-flush-for-both': 'arm64-contpte arm64-contpte-sw sw-access-dirty sw-dirty',
  'as-dirty/touched-range': 'arm64-contpte arm64-contpte-sw sw-access-dirty sw-dirty',
  'as-dirty/two-areas': 'arm64-contpte-sw riscv64-svade sw-access-dirty sw-dirty',
  'as-dirty/two-callers':
    'arm64-contpte arm64-contpte-sw loongarch64-ptw riscv64 riscv64-svade sw-access-dirty sw-dirty',
  'as-dirty/two-callers-without-lock':
    'arm64-contpte arm64-contpte-sw loongarch64 loongarch64-ptw riscv64 riscv64-svade sw-access-dirty sw-dirty',
  'as-dirty/wrprotect-then-clean': 'arm64-contpte arm64-contpte-sw sw-access-dirty sw-dirty',
  'contpte/clear-one': 'arm64-contpte riscv64',
  'contpte/fold-vs-lockless': 'arm64-contpte arm64-contpte-sw riscv64 riscv64-svade',
  'contpte/fold-vs-walker': 'arm64-contpte',
  'contpte/get-vs-half-cleared': 'arm64-contpte arm64-contpte-sw riscv64 sw-access-dirty sw-dirty',
  'contpte/half-cleared-other-api': 'arm64-contpte arm64-contpte-sw riscv64',
  'contpte/lockless-vs-half-cleared': 'arm64-contpte arm64-contpte-sw riscv64',
  'contpte/lockless-vs-refill': 'arm64-contpte arm64-contpte-sw riscv64 riscv64-svade',
  'contpte/mixed-block': 'arm64-contpte',
  'contpte/move-aligned': 'arm64-contpte arm64-contpte-sw riscv64',
  'contpte/move-batched': 'arm64-contpte arm64-contpte-sw riscv64',
  'contpte/move-unaligned': 'arm64-contpte arm64-contpte-sw riscv64',
  'contpte/partial-dontneed': 'arm64-contpte arm64-contpte-sw riscv64 riscv64-svade',
  'contpte/reclaim-one': 'arm64-contpte arm64-contpte-sw riscv64 riscv64-svade',
  'contpte/teardown-any-order': 'arm64-contpte arm64-contpte-sw riscv64 sw-access-dirty sw-dirty',
  'contpte/teardown-batched': 'arm64-contpte arm64-contpte-sw riscv64 sw-access-dirty sw-dirty',
  'contpte/teardown-keeps-young': 'arm64-contpte arm64-contpte-sw',
  'contpte/teardown-markers': 'arm64-contpte arm64-contpte-sw riscv64 riscv64-svade',
  'contpte/teardown-stale-sibling': 'arm64-contpte riscv64',
  'contpte/teardown-stash-next': 'arm64-contpte riscv64',
  'contpte/teardown-unfold': 'arm64-contpte arm64-contpte-sw riscv64',
  'contpte/teardown-vs-two-walkers':
    'arm64-contpte arm64-contpte-sw riscv64 riscv64-svade sw-access-dirty sw-dirty',
  'contpte/teardown-vs-walker': 'arm64-contpte arm64-contpte-sw riscv64 riscv64-svade',
  'contpte/unfold-vs-lockless': 'arm64-contpte arm64-contpte-sw',
  'contpte/unfold-vs-walker': 'arm64-contpte arm64-contpte-sw riscv64 sw-access-dirty',
  'contpte/vma-split': 'arm64-contpte arm64-contpte-sw riscv64',
  'contpte/wrprotect-batch': 'arm64-contpte riscv64',
  'device-exclusive/grant-vs-fault': 'arm64-contpte arm64-contpte-sw riscv64-svade',
  'device-exclusive/mprotect-keeps-dirty':
    'arm64-contpte arm64-contpte-sw loongarch64-ptw riscv64 riscv64-svade sw-access-dirty sw-dirty',
  'device-exclusive/restore-locked': 'arm64-contpte-sw riscv64-svade sw-access-dirty',
  'device-exclusive/wait-for-page':
    'arm64-contpte arm64-contpte-sw loongarch64 loongarch64-ptw riscv64 riscv64-svade sw-access-dirty sw-dirty',
  'device-exclusive/walker-mistakes-entry': 'arm64-contpte-sw riscv64 riscv64-svade sw-access-dirty sw-dirty',
  'entries/mkclean-lazyfree': 'arm64-contpte',
  'fork-batch/batch-detection': 'arm64-contpte riscv64',
  'fork-batch/child-snapshot': 'arm64-contpte arm64-contpte-sw riscv64',
  'fork-batch/cow-after-fork': 'arm64-contpte riscv64 riscv64-svade',
  'fork-batch/cow-two-threads':
    'arm64-contpte arm64-contpte-sw loongarch64 loongarch64-ptw riscv64 riscv64-svade sw-access-dirty sw-dirty',
  'fork-batch/gup-fork-seq': 'arm64-contpte arm64-contpte-sw',
  'fork-batch/late-flush': 'arm64-contpte arm64-contpte-sw riscv64-svade sw-access-dirty sw-dirty',
  'fork-batch/partial-ends': 'arm64-contpte arm64-contpte-sw riscv64',
  'fork-batch/stores-vs-copy': 'arm64-contpte arm64-contpte-sw riscv64 riscv64-svade',
  'gup/aba': 'arm64-contpte arm64-contpte-sw loongarch64-ptw riscv64 riscv64-svade sw-access-dirty sw-dirty',
  'gup/aba-grace-period':
    'arm64-contpte arm64-contpte-sw loongarch64-ptw riscv64 riscv64-svade sw-access-dirty sw-dirty',
  'gup/aba-vs-pageout': 'arm64-contpte arm64-contpte-sw riscv64-svade',
  'gup/aba-vs-reclaim': 'arm64-contpte arm64-contpte-sw riscv64-svade sw-dirty',
  'gup/aba-wide-load':
    'arm64-contpte arm64-contpte-sw loongarch64-ptw riscv64 riscv64-svade sw-access-dirty sw-dirty',
  'hugetlb/clear-flush': 'arm64-contpte arm64-contpte-sw riscv64 sw-access-dirty sw-dirty',
  'hugetlb/contig-teardown': 'arm64-contpte arm64-contpte-sw riscv64 riscv64-svade sw-access-dirty sw-dirty',
  'hugetlb/protect-then-store': 'arm64-contpte arm64-contpte-sw',
  'ksm/merge-vs-writer': 'arm64-contpte arm64-contpte-sw loongarch64 loongarch64-ptw riscv64 riscv64-svade',
  'mremap/move-vs-batched-unmap': 'arm64-contpte arm64-contpte-sw riscv64-svade sw-access-dirty sw-dirty',
  'mremap/move-vs-mkclean': 'arm64-contpte arm64-contpte-sw riscv64 riscv64-svade sw-access-dirty sw-dirty',
  'mremap/move-vs-reclaim':
    'arm64-contpte arm64-contpte-sw loongarch64 loongarch64-ptw riscv64 riscv64-svade sw-access-dirty sw-dirty',
  'mremap/move-vs-writer': 'arm64-contpte arm64-contpte-sw riscv64',
  'reclaim/batch-count':
    'arm64-contpte arm64-contpte-sw loongarch64 loongarch64-ptw riscv64 riscv64-svade sw-access-dirty sw-dirty',
  'reclaim/batch-vs-mprotect':
    'arm64-contpte arm64-contpte-sw loongarch64-ptw riscv64 riscv64-svade sw-access-dirty sw-dirty',
  'reclaim/batch-vs-munmap': 'arm64-contpte arm64-contpte-sw riscv64-svade sw-access-dirty sw-dirty',
  'reclaim/batch-vs-swapin':
    'arm64-contpte arm64-contpte-sw loongarch64 loongarch64-ptw riscv64 riscv64-svade sw-access-dirty sw-dirty',
  'reclaim/madvise-free': 'arm64-contpte arm64-contpte-sw riscv64-svade sw-access-dirty sw-dirty',
  'reclaim/protnone-pending':
    'arm64-contpte arm64-contpte-sw loongarch64-ptw riscv64 riscv64-svade sw-access-dirty sw-dirty',
  'reclaim/unmap-one': 'arm64-contpte arm64-contpte-sw riscv64-svade sw-access-dirty sw-dirty',
  'reports/cow-skips-unmap': 'arm64-contpte arm64-contpte-sw riscv64-svade sw-access-dirty sw-dirty',
  'swap/recycled-slot': 'arm64-contpte arm64-contpte-sw sw-dirty',
  'switch/tag-reuse': 'arm64-contpte arm64-contpte-sw sw-access-dirty sw-dirty',
  'thp/flush-forms': 'arm64-contpte arm64-contpte-sw riscv64-svade sw-access-dirty sw-dirty',
  'thp/reclaim-table-vs-fault':
    'arm64-contpte arm64-contpte-sw loongarch64 loongarch64-ptw riscv64 riscv64-svade sw-access-dirty sw-dirty',
  'uffd/unprotect-vs-copy':
    'arm64-contpte arm64-contpte-sw loongarch64-ptw riscv64 riscv64-svade sw-access-dirty sw-dirty',
  'zap/batched-unmap': 'riscv64-svade',
  'zap/batched-unmap-two-tables':
    'arm64-contpte arm64-contpte-sw loongarch64-ptw riscv64 riscv64-svade sw-access-dirty sw-dirty',
  'zap/dontneed-vs-fault': 'arm64-contpte arm64-contpte-sw riscv64-svade',
  'zap/flush-forms':
    'arm64-contpte arm64-contpte-sw loongarch64-ptw riscv64 riscv64-svade sw-access-dirty sw-dirty',
  'zap/mprotect-gather':
    'arm64-contpte arm64-contpte-sw loongarch64-ptw riscv64 riscv64-svade sw-access-dirty sw-dirty',
  'zap/pending-count':
    'arm64-contpte arm64-contpte-sw loongarch64 loongarch64-ptw riscv64 riscv64-svade sw-access-dirty sw-dirty',
  'zap/second-dontneed': 'loongarch64-ptw riscv64 riscv64-svade sw-access-dirty',
};
