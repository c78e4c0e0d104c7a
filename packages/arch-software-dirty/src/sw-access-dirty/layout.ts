/**
 * The RISC-V Sv39 page-table entry with Svade: an access through an entry with A = 0, and a store
 * through one with D = 0, raise a page fault; hardware writes nothing.
 *
 * Hardware bits: RISC-V privileged architecture 20240411, supervisor-level ISA, "Sv39: page-based 39-bit
 * virtual-memory system", and extension Svade. Software bits and swap entries: Linux 6.12.
 */
import { bit, PTE_ZERO, type PteField, type PteLayout, pteOr } from '@racewalk/core';

const PRIV = 'RISC-V privileged architecture 20240411, Sv39 page-table entry';
const KERNEL = 'Linux 6.12 arch/riscv/include/asm/pgtable-bits.h';

/** Fields of a leaf entry. */
export const SV39_FIELDS: readonly PteField[] = Object.freeze([
  { name: 'V', lo: 0, hi: 0, means: 'valid', source: PRIV },
  { name: 'R', lo: 1, hi: 1, means: 'loads are allowed', source: PRIV },
  { name: 'W', lo: 2, hi: 2, means: 'stores are allowed; reserved without R', source: PRIV },
  { name: 'X', lo: 3, hi: 3, means: 'execution is allowed', source: PRIV },
  { name: 'U', lo: 4, hi: 4, means: 'user mode may access', source: PRIV },
  { name: 'G', lo: 5, hi: 5, means: 'global; Linux: PROT_NONE while V is clear', source: PRIV },
  { name: 'A', lo: 6, hi: 6, means: 'accessed; with Svade set by software', source: PRIV },
  { name: 'D', lo: 7, hi: 7, means: 'dirty; with Svade set by software', source: PRIV },
  { name: 'SPECIAL', lo: 8, hi: 8, means: 'no struct page behind it (RSW)', source: KERNEL, software: true },
  {
    name: 'DEVMAP',
    lo: 9,
    hi: 9,
    means: 'device memory with struct page (RSW)',
    source: KERNEL,
    software: true,
  },
  { name: 'PPN', lo: 10, hi: 53, means: 'frame number', source: PRIV },
  { name: 'PBMT', lo: 61, hi: 62, means: 'memory type (Svpbmt)', source: PRIV },
  { name: 'N', lo: 63, hi: 63, means: 'naturally aligned power of two (Svnapot)', source: PRIV },
]);

/** The bits the plug-in works with. */
export const SV39 = Object.freeze({
  V: bit(0),
  R: bit(1),
  W: bit(2),
  X: bit(3),
  U: bit(4),
  G: bit(5),
  A: bit(6),
  D: bit(7),
});

/** An entry with one of these is a leaf, at any level. */
const LEAF = [SV39.R, SV39.W, SV39.X].reduce(pteOr);

/** Positions for the helpers of core. */
export const sv39Layout: PteLayout = Object.freeze({
  fields: SV39_FIELDS,
  pfn: [10, 53] as const,
  valid: SV39.V,
  protnone: SV39.G,
  write: SV39.W,
  dirty: SV39.D,
  young: SV39.A,
  special: bit(8),
  // A leaf at any level is a valid entry with R or X; a PTE-level value already is one.
  pmdLeafSet: PTE_ZERO,
  pmdLeafClear: PTE_ZERO,
  devmap: { bit: bit(9) },
  upper: {
    // R, W or X alone keeps a leaf present after pmd_mkinvalid.
    present: [SV39.V, SV39.G, LEAF].reduce(pteOr),
    invalidSet: PTE_ZERO,
    invalidClear: pteOr(SV39.V, SV39.G),
    leafAny: LEAF,
    table: SV39.V,
    tableTest: { set: SV39.V, clear: LEAF },
    // pud_bad asks for V only (arch/riscv/include/asm/pgtable-64.h, Linux 6.12).
    pudTableTest: { set: SV39.V, clear: PTE_ZERO },
  },
  // arch/riscv/include/asm/pgtable.h: V, R, W, X and G stay clear.
  swap: { type: [7, 11] as const, offset: [12, 63] as const, exclusive: bit(6) },
});

/** What a change of protection replaces. */
export const MODIFY = [SV39.V, SV39.R, SV39.W, SV39.X, SV39.U, SV39.G].reduce(pteOr);
