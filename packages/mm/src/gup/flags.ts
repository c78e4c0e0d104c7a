/** What the caller of gup wants. (include/linux/mm_types.h) */

/** The page will be written. */
export const FOLL_WRITE = 1;

/** Hold the page by a plain reference. */
export const FOLL_GET = 2;

/** Hold the page by a pin: its contents will be read or written by a device. */
export const FOLL_PIN = 4;

/** Write although the area does not permit it: to a copy, as a debugger sets a breakpoint. */
export const FOLL_FORCE = 8;

/** The page is held for an indefinite time, as by RDMA or VFIO. */
export const FOLL_LONGTERM = 16;

/** Note the access in the entry. */
export const FOLL_TOUCH = 32;
