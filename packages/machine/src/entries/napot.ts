/** Entries of blocks that are all alike in memory, so that the frame follows from entry and address (`NapotForm`). */
import type { EntryAccess, Ptep, PteWord } from '@racewalk/core';
import type { World } from '../world/types.js';

/** What the machine needs to know for it. */
type Host = Pick<World, 'arch' | 'contPtes' | 'watches'>;

/**
 * The entry that page `ptep` has once `pte` is stored there: what the hardware decodes, at this address, from what
 * stands in memory. Memory holds this form, which says the same and can be read without the address.
 *
 * A contiguous entry whose frame and address are not aligned alike would translate to another frame than was meant. If
 * CONT is watched it is left as it is, and reported within the store.
 */
export function asStored(w: Host, ptep: Ptep, pte: PteWord): PteWord {
  const { cont, values: v } = w.arch;
  const napot = cont?.napot;
  if (napot === undefined || w.contPtes === 1 || ptep.table.level !== undefined) return pte;
  if (!v.pteCont(pte) || !v.pteValid(pte)) return pte;
  const page = napot.decode(napot.encode(pte, w.contPtes), ptep.vpn, w.contPtes);
  return page !== pte && w.watches('CONT') ? pte : page;
}

/** The same access, with everything stored in this form. */
export function napotEntries(w: Host, inner: EntryAccess): EntryAccess {
  return {
    readOnce: inner.readOnce,
    writeOnce: (ptep, pte, op) => inner.writeOnce(ptep, asStored(w, ptep, pte), op),
    xchg: (ptep, pte, op) => inner.xchg(ptep, asStored(w, ptep, pte), op),
    cmpxchg: (ptep, old, pte, op) => inner.cmpxchg(ptep, asStored(w, ptep, old), asStored(w, ptep, pte), op),
    update: (ptep, change, op) => inner.update(ptep, (old) => asStored(w, ptep, change(old)), op),
  };
}
