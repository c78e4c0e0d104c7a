/** Sizes of the translations that an invalidation takes: all, those of pages, those of leaves of the upper level. */
export type TlbSizes = 'all' | 'pte' | 'pmd';
