/** Laws shared by the swap entries that name a frame: device-exclusive and migration entries. */
import type { SwapValues } from '../pte/swap.js';
import type { SwpEntry } from '../pte/swp-entry.js';
import type { Pfn } from '../units.js';
import { claims, type ValueLaw } from './row.js';

/** One family of such entries. */
export interface FrameEntries {
  readonly isOne: (s: SwapValues, entry: SwpEntry) => boolean;
  readonly isWritable: (s: SwapValues, entry: SwpEntry) => boolean;
  /** Makes one, and whether it is a writable one. */
  readonly makers: readonly (readonly [make: (s: SwapValues, pfn: Pfn) => SwpEntry, writable: boolean])[];
}

/** An entry of this kind is read back from the table unchanged, with any marks. */
export const survives =
  (family: FrameEntries, kind: number): ValueLaw =>
  ({ swap: s, values: v }, { pfn }) => {
    const maker = family.makers[kind];
    if (maker === undefined) return `no kind ${kind}`;
    const [make, writable] = maker;
    const entry = make(s, pfn);
    const pte = s.swpEntryToPte(entry);
    const back = s.pteToSwpEntry(s.pteSwpMkuffdWp(s.pteSwpMksoftDirty(pte)));
    return claims(
      ['it is of the family', family.isOne(s, entry)],
      ['write permission is remembered', family.isWritable(s, entry) === writable],
      ['it is not present', !v.ptePresent(pte)],
      ['it is not empty, and a swap entry', s.isSwapPte(pte)],
      ['it is no marker', !s.isPteMarker(pte)],
      ['kind and frame come back, marks or not', back.type === entry.type && back.offset === pfn],
    );
  };

/** The entries for which the test is true. */
export const tells =
  (family: FrameEntries): ValueLaw =>
  ({ swap: s }, { pfn, swp }) =>
    claims(
      ['a slot of a swap device is not of the family', !family.isOne(s, swp)],
      ['every kind is of the family', family.makers.every(([make]) => family.isOne(s, make(s, pfn)))],
      [
        'exactly the writable kinds are writable',
        family.makers.every(([make, writable]) => family.isWritable(s, make(s, pfn)) === writable),
      ],
    );
