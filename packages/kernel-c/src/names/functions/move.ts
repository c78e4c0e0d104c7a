/** The move of entries between tables. */
import type { Vaddr, Vma } from '@racewalk/core';
import { number } from '../../run/numbers.js';
import { asEntry, asVma } from '../cast.js';
import { exchanged, type Helper, pureHelper, stepHelper } from '../helper.js';
import { upperOf } from './upper.js';

/** Everything of this file. */
export const MOVE_NAMES: readonly Helper[] = [
  exchanged('move_ptes(vma,any,addr,addr,vma,any,addr,bool):int', {
    given([vma, oldAddr, oldEnd, newVma, newAddr, needRmapLocks], m) {
      const [from, to] = [vma as Vma, newVma as Vma];
      return [
        from,
        upperOf(m, from).pmdp,
        BigInt(oldAddr as Vaddr),
        BigInt(oldEnd as Vaddr),
        to,
        upperOf(m, to).pmdp,
        BigInt(newAddr as Vaddr),
        needRmapLocks === true ? 1n : 0n,
      ];
    },
    answer: (value) => Number(value),
    *call(th, [vma, , from, end, newVma, , to, locks]) {
      const [a, b, c] = [from, end, to].map((x) => number(th, x ?? 0n)) as [number, number, number];
      const areas = [vma, newVma] as unknown as [Vma, Vma];
      return BigInt(yield* th.m.k.movePtes(areas[0], a, b, areas[1], c, locks !== 0n));
    },
  }),
  ...(['take', 'drop'] as const).map((what) =>
    stepHelper(`${what}_rmap_locks(vma)`, 'keeps walks of the reverse map away', function* (th, [vma]) {
      const area = asVma(vma);
      yield* what === 'take' ? th.m.k.takeRmapLocks(area) : th.m.k.dropRmapLocks(area);
      return 0n;
    }),
  ),
  pureHelper('move_pte(pte,addr,addr):pte', 'the same entry', (_th, [pte]) => pte ?? null),
  pureHelper('move_soft_dirty_pte(pte):pte', 'soft-dirty where that is tracked', (th, [pte]) =>
    th.m.k.moveSoftDirtyPte(asEntry(pte)),
  ),
  pureHelper('vma_has_uffd_without_event_remap(vma):bool', 'no race has one', () => 0n),
];
