/** Entries in words, for labels and traces. */
import { type ArchPlugin, hex, PTE_ZERO, type PteWord } from '@racewalk/core';

/** The parts of an architecture that the description of entries needs. */
type Meanings = Pick<ArchPlugin, 'values' | 'swap'>;

/** For instance `0x40 rw clean old cont`, `none`, `swap 1:0x10`, `marker 1`, `device-exclusive 0x40 rw`. */
export function describePte(arch: Meanings, pte: PteWord): string {
  const facts = pteFacts(arch, pte);
  if (!arch.values.ptePresent(pte)) return facts[0] ?? 'none';
  return [hex(arch.values.ptePfn(pte)), ...facts].join(' ');
}

/** The facts of an entry, one word each, without its frame. */
export function pteFacts(arch: Meanings, pte: PteWord): readonly string[] {
  const v = arch.values;
  if (pte === PTE_ZERO) return [];
  if (!v.ptePresent(pte)) {
    const entry = arch.swap.pteToSwpEntry(pte);
    const { type, offset } = entry;
    if (arch.swap.isPteMarker(pte)) return [`marker ${offset}`];
    if (!arch.swap.isDeviceExclusiveEntry(entry)) return [`swap ${type}:${hex(offset)}`];
    return [
      `device-exclusive ${hex(offset)} ${arch.swap.isWritableDeviceExclusiveEntry(entry) ? 'rw' : 'ro'}`,
    ];
  }
  const words = [v.pteWrite(pte) ? 'rw' : 'ro', v.pteDirty(pte) ? 'dirty' : 'clean'];
  words.push(v.pteYoung(pte) ? 'young' : 'old');
  if (v.pteCont(pte)) words.push('cont');
  if (v.pteProtnone(pte)) words.push('protnone');
  if (v.pteSpecial(pte)) words.push('special');
  if (v.pteSoftDirty(pte)) words.push('soft-dirty');
  if (v.pteUffdWp(pte)) words.push('uffd-wp');
  return words;
}
