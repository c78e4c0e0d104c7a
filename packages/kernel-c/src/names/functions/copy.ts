/** How fork copies entries that are present. */
import { addrOf, type Ptep, type PteWord, type Vma } from '@racewalk/core';
import type { CopyProgress, Folio } from '@racewalk/mm';
import { number } from '../../run/numbers.js';
import { ElementRef, type Value } from '../../run/objects.js';
import { asEntry, asPtep, asVma } from '../cast.js';
import { exchanged, type Helper } from '../helper.js';

const COUNTERS = 4;

/** Everything of this file. */
export const COPY_NAMES: readonly Helper[] = [
  exchanged('copy_present_ptes(vma,vma,ptep,ptep,pte,addr,n,any,any):int', {
    given([dstVma, srcVma, dstPte, srcPte, pte, maxNr, progress]) {
      const spare = (progress as CopyProgress).prealloc;
      return [
        dstVma as Vma,
        srcVma as Vma,
        dstPte as Ptep,
        srcPte as Ptep,
        pte as PteWord,
        BigInt(addrOf((srcPte as Ptep).vpn)),
        BigInt(maxNr as number),
        new ElementRef(
          Array.from({ length: COUNTERS }, () => 0n),
          0,
        ),
        new ElementRef([spare === null ? null : spare.folio], 0),
      ];
    },
    answer(value, given, args) {
      const progress = given[6] as CopyProgress;
      const [rss, spare] = [args[7], args[8]] as [ElementRef, ElementRef];
      progress.anonPages += rss.array.reduce((sum: number, n: Value) => sum + Number(n), 0);
      progress.prealloc = (spare.array[0] as unknown as Folio | null)?.frames[0] ?? null;
      return Math.max(0, Number(value));
    },
    *call(th, [dstVma, srcVma, dst, src, pte, , maxNr, rss, spare]) {
      const held = spare instanceof ElementRef ? (spare.array[spare.index] as unknown as Folio | null) : null;
      const progress: CopyProgress = { anonPages: 0, prealloc: held?.frames[0] ?? null };
      const nr = yield* th.m.k.copyPresentPtes(
        asVma(dstVma),
        asVma(srcVma),
        asPtep(dst),
        asPtep(src),
        asEntry(pte),
        number(th, maxNr ?? 1n),
        progress,
      );
      if (rss instanceof ElementRef) rss.array[1] = (rss.array[1] as bigint) + BigInt(progress.anonPages);
      if (spare instanceof ElementRef) spare.array[spare.index] = progress.prealloc?.folio ?? null;
      return nr === 0 ? -11n : BigInt(nr);
    },
  }),
];
