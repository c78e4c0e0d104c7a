/** What the contpte operations share: the block around an entry, and how a block is converted. */
import {
  addrOf,
  blockOf,
  type EntryMachine,
  type Ptep,
  type PteWord,
  ptepAdd,
  type Vma,
} from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { AccessFlags } from './entry.js';

/** Rewrite the whole block around `ptep` as folded or not, as the contiguous mark of `pte` says. */
export type Convert = (m: EntryMachine, ptep: Ptep, pte: PteWord) => Step<void>;

/** The machine, the access flags of its architecture, and the conversion in use. */
export interface Contpte {
  readonly m: EntryMachine;
  readonly flags: AccessFlags;
  readonly convert: Convert;
}

/** The entries of the block around `ptep`. */
export const blockAround = (m: EntryMachine, ptep: Ptep): readonly Ptep[] => blockOf(ptep, m.contPtes);

/** The first entry of the block around `ptep`. @kernel contpte_align_down */
export const contpteAlignDown = (m: EntryMachine, ptep: Ptep): Ptep =>
  ptepAdd(ptep, -(ptep.vpn % m.contPtes));

/** The other entries of the block. */
export const siblingsOf = (m: EntryMachine, ptep: Ptep): readonly Ptep[] =>
  blockAround(m, ptep).filter((p) => p !== ptep);

/** `value` with dirty and young of `pte` added. */
export function withAccessFlags(m: EntryMachine, value: PteWord, pte: PteWord): PteWord {
  const dirty = m.v.pteDirty(pte) ? m.v.pteMkdirty(value) : value;
  return m.v.pteYoung(pte) ? m.v.pteMkyoung(dirty) : dirty;
}

/** Any area on this table: invalidations of a block go by address space and may pass the end of an area. */
export function vmaOn(m: EntryMachine, ptep: Ptep): Vma {
  const vma = m.areaOf(ptep);
  if (vma === undefined) throw new RangeError(`no area uses ${ptep.table.name}`);
  return vma;
}

/** Byte range of the block around `ptep`, `end` exclusive. */
export function blockRange(m: EntryMachine, ptep: Ptep): { start: number; end: number } {
  const first = contpteAlignDown(m, ptep).vpn;
  return { start: addrOf(first), end: addrOf(first + m.contPtes) };
}
