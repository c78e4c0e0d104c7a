/** What races may lack: the level above their entries, and functions of the kernel. */
import { addrOf, PTE_ZERO, type PteWord, type Vma, type Vpn } from '@racewalk/core';
import type { Machine } from '@racewalk/machine';
import { ElementRef, type Value } from '../../run/objects.js';
import type { Thread } from '../../run/thread.js';

/** An upper-level entry, and a pointer to it. */
export interface Upper {
  readonly pmd: PteWord;
  readonly pmdp: Value;
}

/** Always the same, so that it compares equal; no huge page. */
const NO_LEVEL: Upper = Object.freeze({ pmd: PTE_ZERO, pmdp: new ElementRef([PTE_ZERO], 0) });

/** The entry that leads to the table of an area. */
export function upperOf(m: Machine, vma: Vma): Upper {
  const pmdp = m.world.pmds.of(vma.table)?.pmdp;
  return pmdp === undefined ? NO_LEVEL : { pmd: PTE_ZERO, pmdp };
}

/** What a loop over the entries of an area begins with: gather, area, the entry above, from, to. */
export const loopOf = (m: Machine, [tlb, vma, start, end]: readonly unknown[]): Value[] => [
  tlb as object,
  vma as Vma,
  upperOf(m, vma as Vma).pmdp,
  BigInt(addrOf(start as Vpn)),
  BigInt(addrOf(end as Vpn)),
];

/** What a caller handed in, or what stands for it. */
export const upperFrom = (pmd: unknown, pmdp: unknown): Upper =>
  pmd === null || pmdp === null ? NO_LEVEL : { pmd: pmd as PteWord, pmdp: pmdp as Value };

/** Whether the race has a function of the kernel. */
export const has = ({ m }: Thread, name: string): boolean =>
  (m.k as unknown as Readonly<Record<string, unknown>>)[name] !== undefined;
