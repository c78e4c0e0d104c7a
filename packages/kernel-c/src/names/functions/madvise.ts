/** MADV_FREE. */
import { addrOf, type Vma } from '@racewalk/core';
import { CStruct } from '../../run/objects.js';
import { asGather, asVma } from '../cast.js';
import { exchanged, type Helper, stepHelper } from '../helper.js';
import { upperOf } from './upper.js';

/** Everything of this file. */
export const MADVISE_NAMES: readonly Helper[] = [
  exchanged('madvise_free_pte_range(any,addr,addr,any):int', {
    given([tlb, vma], m) {
      const area = vma as Vma;
      const members = { mm: area.mm, vma: area, private: tlb as object };
      return [
        upperOf(m, area).pmdp,
        BigInt(addrOf(area.start)),
        BigInt(addrOf(area.end)),
        new CStruct('mm_walk', members, 'walk'),
      ];
    },
    *call(th, [, , , walk]) {
      const { private: tlb, vma } = (walk as CStruct).members;
      yield* th.m.k.madviseFreePteRange(asGather(tlb), asVma(vma));
      return 0n;
    },
  }),
  stepHelper('folio_clear_dirty(folio)', 'forgets what was stored', function* (th, args) {
    yield* th.m.k.folioClearDirtyForIo(args[0] as never);
    return 0n;
  }),
];
