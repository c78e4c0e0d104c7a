/**
 * The Sv39 page-table entry of a 4 KiB page.
 *
 * Hardware bits: The RISC-V Instruction Set Manual, volume II (privileged architecture), version 20240411: 12.4 has Sv39
 * entries, 12.3.1 what the low bits mean, chapters 13 to 15 Svnapot, Svpbmt and Svinval. Software bits and swap
 * entries: Linux 6.12.
 */
import { bit, bits, PTE_ZERO, type PteField, type PteLayout, pteOr } from '@racewalk/core';

const SV39 = 'RISC-V privileged architecture 20240411, 12.4 Sv39; 12.3.1';
const SVNAPOT = 'RISC-V privileged architecture 20240411, 13 Svnapot';
const SVPBMT = 'RISC-V privileged architecture 20240411, 14 Svpbmt';
const KERNEL = 'Linux 6.12 arch/riscv/include/asm/pgtable-bits.h';

/** Every field, for `racewalk pte decode`. */
export const FIELDS: readonly PteField[] = Object.freeze([
  { name: 'V', lo: 0, hi: 0, means: 'valid', source: SV39 },
  { name: 'R', lo: 1, hi: 1, means: 'loads are allowed', source: SV39 },
  { name: 'W', lo: 2, hi: 2, means: 'stores are allowed; without R reserved', source: SV39 },
  {
    name: 'X',
    lo: 3,
    hi: 3,
    means: 'execution is allowed; without R, W and X: leads to a table',
    source: SV39,
  },
  { name: 'U', lo: 4, hi: 4, means: 'user code may use it', source: SV39 },
  { name: 'G', lo: 5, hi: 5, means: 'in every address space; without V in Linux: PROT_NONE', source: SV39 },
  {
    name: 'A',
    lo: 6,
    hi: 6,
    means: 'accessed; set by the hardware (Svadu), or a page fault (Svade)',
    source: SV39,
  },
  {
    name: 'D',
    lo: 7,
    hi: 7,
    means: 'dirty; set by the hardware (Svadu), or a page fault (Svade)',
    source: SV39,
  },
  {
    name: 'SPECIAL',
    lo: 8,
    hi: 8,
    means: 'RSW, low bit: no struct page behind it',
    source: KERNEL,
    software: true,
  },
  {
    name: 'DEVMAP',
    lo: 9,
    hi: 9,
    means: 'RSW, high bit: device memory with struct page',
    source: KERNEL,
    software: true,
  },
  { name: 'PPN', lo: 10, hi: 53, means: 'frame number', source: SV39 },
  { name: 'PBMT', lo: 61, hi: 62, means: 'memory type; 0 is that of the physical address', source: SVPBMT },
  { name: 'N', lo: 63, hi: 63, means: 'one of 16 entries of a block; PPN 3:0 is 1000 then', source: SVNAPOT },
]);

/** The bits the plug-in works with, under the names of the manual. */
export const PTE = Object.freeze({
  V: bit(0),
  R: bit(1),
  W: bit(2),
  X: bit(3),
  U: bit(4),
  G: bit(5),
  A: bit(6),
  D: bit(7),
  PBMT: bits(61, 62),
  N: bit(63),
});

/** A leaf has at least one of these. @kernel _PAGE_LEAF */
export const LEAF = [PTE.R, PTE.W, PTE.X].reduce(pteOr);

/** PROT_NONE is kept in G, which means nothing without V. @kernel _PAGE_PROT_NONE */
export const PROT_NONE = PTE.G;

/** Positions for the helpers of core. */
export const layout: PteLayout = Object.freeze({
  fields: FIELDS,
  pfn: [10, 53] as const,
  valid: PTE.V,
  protnone: PROT_NONE,
  write: PTE.W,
  dirty: PTE.D,
  young: PTE.A,
  special: bit(8),
  devmap: { bit: bit(9) },
  // R, W and X tell a leaf from a table: no single bit does.
  pmdLeafSet: PTE_ZERO,
  pmdLeafClear: PTE_ZERO,
  upper: { leafAny: LEAF },
  // arch/riscv/include/asm/pgtable.h: bits 0 to 3 and 5 stay clear, or the entry would be present (one level up: a leaf).
  swap: { type: [7, 11] as const, offset: [12, 63] as const, exclusive: PTE.A },
});

/** What a change of protection replaces. @kernel _PAGE_CHG_MASK, inverted */
export const PROTECTION = [PTE.V, LEAF, PTE.U, PTE.G, PTE.PBMT].reduce(pteOr);

/** In what the entries of one block may differ: the hardware sets A and D in any of them. */
export const MAY_DIFFER = pteOr(PTE.A, PTE.D);
