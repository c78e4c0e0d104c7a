/** What architectures call below `flush_tlb_range()`, and around it. */
import { addrOf, type Vma } from '@racewalk/core';
import { number } from '../run/numbers.js';
import { CStruct, type Value } from '../run/objects.js';
import type { Thread } from '../run/thread.js';
import { mustHave } from './areas.js';
import { asMm, asVma } from './cast.js';
import { type Helper, pureHelper, stepHelper } from './helper.js';

/** The area that is flushed: the one that is given, or that of the address. */
export function flushed(th: Thread, vma: Value | undefined, addr: Value | undefined): Vma {
  if (!(vma instanceof CStruct)) return asVma(vma);
  return mustHave(th, vma.members.vm_mm, addr);
}

/** @kernel TLB_FLUSH_ALL */
const FLUSH_ALL = 0xffff_ffff_ffff_ffffn;

const HUGE = 512 * 4096;

/** Huge pages of the model are as large as their areas: what is flushed of one does not end behind it. */
export const endOf = (vma: Vma, start: number, end: number): number =>
  end - start >= HUGE ? Math.max(start, Math.min(end, addrOf(vma.end))) : end;

const flush = (name: string, wait: boolean): Helper =>
  stepHelper(`${name}(any,addr,addr,n,bool,n)`, 'invalidates a range', function* (th, [v, from, to, , last]) {
    const vma = flushed(th, v, from);
    const start = number(th, from ?? 0n);
    const end = endOf(vma, start, number(th, to ?? 0n));
    if (wait) yield* th.m.tlb.flushTlbRange(vma, start, end, last !== 0n);
    else yield* th.m.tlb.flushTlbRangeNosync(vma, start, end);
    return 0n;
  });

/** Of x86, which says besides whether tables were freed, and of riscv, which does not. */
const mmRange: Helper = {
  ...stepHelper(
    'flush_tlb_mm_range()',
    'invalidates a range, or all of an address space',
    function* (th, [mm, from, to, , freed]) {
      if (to === FLUSH_ALL) {
        yield* th.m.tlb.flushTlbMm(asMm(mm));
        return 0n;
      }
      const vma = mustHave(th, mm, from);
      const start = number(th, from ?? 0n);
      const end = endOf(vma, start, number(th, to ?? 0n));
      yield* th.m.tlb.flushTlbRange(vma, start, end, freed === 0n);
      return 0n;
    },
  ),
  args: null,
};

/** Everything of this file. */
export const FLUSH_NAMES: readonly Helper[] = [
  flush('__flush_tlb_range', true),
  flush('__flush_tlb_range_nosync', false),
  stepHelper('flush_tlb_page_nosync(vma,addr)', 'invalidates a page without waiting', function* (th, [v, a]) {
    const start = number(th, a ?? 0n);
    yield* th.m.tlb.flushTlbRangeNosync(flushed(th, v, a), start, start + 4096);
    return 0n;
  }),
  mmRange,
  stepHelper('flush_tlb_all()', 'invalidates all there is', function* (th) {
    for (const mm of new Set(th.m.world.vmas.map((vma) => vma.mm))) yield* th.m.tlb.flushTlbMm(mm);
    return 0n;
  }),
  pureHelper('mm_is_efi(mm):bool', 'no race has the tables of the firmware', () => 0n),
  pureHelper('pte_valid_cont(pte):bool', 'valid, and marked as one of a block', (th, [pte]) =>
    th.m.v.pteValid(pte as never) && th.m.v.pteCont(pte as never) ? 1n : 0n,
  ),
];
