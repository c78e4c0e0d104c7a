/** What the contpte operations share: the block around an entry, and how a block is converted. */
import type { EntryMachine } from '../ops/entry-machine.js';
import { blockOf, type Ptep, ptepAdd, type Vma } from '../ops/handles.js';
import type { PteValues } from '../pte/values.js';
import type { PteWord } from '../pte/word.js';
import type { Step } from '../step/step.js';
import { addrOf } from '../units.js';

/** The flags that an access needs, as an architecture keeps them. */
export interface AccessFlags {
  /** `pte` with the access flags of `entry` added: in every bit the more permissive of the two. */
  morePermissive(pte: PteWord, entry: PteWord): PteWord;
  /** Whether the two have the same access flags. */
  same(pte: PteWord, entry: PteWord): boolean;
}

/** What the operations call below themselves; a class of operations may have other bodies for these. */
export interface Contpte {
  readonly m: EntryMachine;
  readonly flags: AccessFlags;

  /** Rewrite the whole block around `ptep` as folded or not, as the contiguous mark of `pte` says. */
  contpteConvert(ptep: Ptep, pte: PteWord): Step<void>;

  /** Whether every entry of the block has the access flags of `entry`. */
  contpteAllSubptesMatchAccessFlags(ptep: Ptep, entry: PteWord): Step<boolean>;

  /** Add access flags to one entry, without a flush; returns whether the entry, as read, differed from the wanted one. */
  __ptepSetAccessFlagsNotlbi(ptep: Ptep, entry: PteWord, first?: PteWord): Step<boolean>;

  /** Take write permission from one entry and keep what the hardware recorded. */
  __ptepSetWrprotect(ptep: Ptep): Step<void>;

  /** Put flags that an emptied entry had into one that is still valid, `seen` there. */
  stash(ptep: Ptep, seen: PteWord, flags: PteWord): Step<void>;
}

/** Usable by the hardware and part of a contiguous block. @kernel pte_valid_cont */
export const pteValidCont = (v: PteValues, pte: PteWord): boolean => v.pteValid(pte) && v.pteCont(pte);

/** The entry without what may differ within a block. */
export const pteShape = (v: PteValues, pte: PteWord): PteWord => v.pteMkclean(v.pteMkold(pte));

/** What all entries of a block agree on: everything but frame, young and dirty. @kernel pte_pgprot */
export const blockPgprot = (v: PteValues, pte: PteWord): PteWord => v.pfnPte(0, pteShape(v, pte));

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
