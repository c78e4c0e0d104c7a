/** How to unmap a folio. (enum ttu_flags, include/linux/rmap.h) */

/** Unmap pages of locked areas, too. @kernel TTU_IGNORE_MLOCK */
export const TTU_IGNORE_MLOCK = 0x8;
/** Lock a table before the first look: an entry that is empty for a moment counts as there. @kernel TTU_SYNC */
export const TTU_SYNC = 0x10;
/** Flushes may wait for the end of the batch. @kernel TTU_BATCH_FLUSH */
export const TTU_BATCH_FLUSH = 0x40;
/** The caller holds the lock of the reverse map. @kernel TTU_RMAP_LOCKED */
export const TTU_RMAP_LOCKED = 0x80;
