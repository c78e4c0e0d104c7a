/** Addresses and frame numbers. All are plain numbers below 2^53. */

/** Bits of a byte offset within a page: 4 KiB pages throughout. */
export const PAGE_SHIFT = 12;

/** Bytes in a page. */
export const PAGE_SIZE = 4096;

/** A user virtual address, in bytes. */
export type Vaddr = number;

/** Number of a page of virtual address space: `addr >> PAGE_SHIFT`. */
export type Vpn = number;

/** Number of a physical frame: physical address `>> PAGE_SHIFT`. */
export type Pfn = number;

/** The page an address lies in. */
export const vpnOf = (addr: Vaddr): Vpn => Math.floor(addr / PAGE_SIZE);

/** First byte of a page. */
export const addrOf = (vpn: Vpn): Vaddr => vpn * PAGE_SIZE;

/** `0x2000` for 8192. */
export const hex = (n: number): string => `0x${n.toString(16)}`;
