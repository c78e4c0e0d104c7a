import type { Vma, Vpn } from '@racewalk/core';

/** Pages of an area in words, counted from the start of its table: `0..3`, or `2` for a single page. */
export function rangeText(vma: Vma, start: Vpn, end: Vpn): string {
  const from = start - vma.table.start;
  const to = end - 1 - vma.table.start;
  return from === to ? `${from}` : `${from}..${to}`;
}
