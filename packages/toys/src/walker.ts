/** The hardware of the toys. */
import { type HardwareWalker, PTE_ZERO, type PteLayout, singleBitWalker } from '@racewalk/core';
import { toyValues } from './layout.js';

/** A walker that sets what it is told to set, and faults otherwise. */
export function toyWalker(sets: { readonly young: boolean; readonly dirty: boolean }): HardwareWalker {
  return {
    walk(entry, access) {
      const v = toyValues;
      if (!v.pteValid(entry)) return { ok: false, fault: 'translation' };
      if (!v.pteYoung(entry) && !sets.young) return { ok: false, fault: 'access-flag' };
      if (access === 'load') return done(v.pteMkyoung(entry));
      if (!v.pteWrite(entry)) return { ok: false, fault: 'permission' };
      if (!v.pteDirty(entry) && !sets.dirty) return { ok: false, fault: 'permission' };
      return done(v.pteMkdirty(v.pteMkyoung(entry)));
    },
    permits: (cached, access) =>
      access === 'load' || (toyValues.pteWrite(cached) && toyValues.pteDirty(cached)),
  };
}

/** A walker that sets young and dirty by the bits of a layout. */
export const bitWalker = ({ valid, write, young, dirty }: PteLayout): HardwareWalker =>
  singleBitWalker({ valid, user: PTE_ZERO, write, young, dirty, setsYoung: true, setsDirty: true });

const done = (entry: ReturnType<typeof toyValues.pteMkyoung>) => ({
  ok: true as const,
  entry,
  cached: entry,
});
