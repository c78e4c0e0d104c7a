/** What the caller of gup wants. (include/linux/mm_types.h) */

/** The page will be written. */
export const FOLL_WRITE = 1;

/** Hold the page by a plain reference. */
export const FOLL_GET = 2;

/** Hold the page by a pin: its contents will be read or written by a device. */
export const FOLL_PIN = 4;
