/**
 * `flush_tlb_*` where a race follows which CPU has which address space: by mask and generation, by tag to everybody, or by
 * mask with tags of each CPU. This is what `m.tlb` of the race does.
 */
import {
  type Mm,
  PAGE_SIZE,
  type Ptep,
  type PteWord,
  type Tlb,
  type Vaddr,
  type Vma,
  vpnOf,
} from '@racewalk/core';
import { atomic, fence, type Step } from '@racewalk/core/step';
import {
  type Invalidation,
  inAnyOrder,
  invalidateByIpi,
  invalidateOn,
  type Machine,
  updateThenFlush,
} from '@racewalk/machine';
import type { FlushTlbInfo } from '../tlb/flush.js';
import { ASID_MASK, spacesOf } from './words.js';

const infoOf = (vma: Vma, start: Vaddr, end: Vaddr, lastLevel = false): FlushTlbInfo => ({
  mm: vma.mm,
  pages: { vma, start: vpnOf(start), end: vpnOf(end + PAGE_SIZE - 1) },
  freedTables: !lastLevel,
});

const wholeOf = (mm: Mm): FlushTlbInfo => ({ mm, pages: null, freedTables: true });

const textOf = ({ mm, pages }: FlushTlbInfo): string =>
  pages === null ? `${mm.name} (all)` : `${pages.vma.table.name}[${pages.start - pages.vma.table.start}]`;

/** @kernel __flush_tlb_range */
export function* flushTlbInfo(m: Machine, info: FlushTlbInfo): Step<void> {
  const { kind } = spacesOf(m);
  if (kind === 'tlb-gen') yield* m.k.flushTlbMmRange(info);
  else if (kind === 'versions') yield* m.k.flushTlbByMask(info.mm);
  else if (m.arch.has('ipiFlush')) yield* m.k.sbiRemoteSfence(info);
  else yield* m.k.flushTlbByTag(info);
}

/** Interrupts CPUs, and drops tags. @kernel flush_tlb_mm (loongarch) */
export function* flushTlbByMask(m: Machine, mm: Mm): Step<void> {
  yield* m.k.smpMb();
  const mask = yield* m.k.mmCpumask(mm);
  if (mask.includes(m.cpu)) yield* m.k.dropMmuContext(m.cpu, mm);
  yield* inAnyOrder(
    mask.filter((cpu) => cpu !== m.cpu),
    (cpu) => m.k.dropMmuContext(cpu, mm),
  );
}

/** Tells the CPUs of the mask to drop what they have under the tag. @kernel sbi_remote_sfence_vma_asid */
export function* sbiRemoteSfence(m: Machine, info: FlushTlbInfo): Step<void> {
  yield* m.k.smpMb();
  const tag = (yield* m.k.readContextId(info.mm)) & ASID_MASK;
  const what = { ...info.pages, tag, lastLevel: !info.freedTables, barrier: false };
  const mask = yield* m.k.mmCpumask(info.mm);
  if (mask.includes(m.cpu)) yield* fenceOn(m, m.cpu, what);
  yield* inAnyOrder(
    mask.filter((cpu) => cpu !== m.cpu),
    (cpu) => fenceOn(m, cpu, what),
  );
}

const fenceOn = (m: Machine, cpu: number, what: Invalidation): Step<void> =>
  invalidateByIpi(m, cpu, what, { op: 'sfence.vma', text: `cpu${cpu} tag ${what.tag}` });

/** Broadcast: every CPU drops what it has under the tag. @kernel __flush_tlb_range (arm64) */
export function* flushTlbByTag(m: Machine, info: FlushTlbInfo): Step<void> {
  yield* m.tlb.dsbIshst();
  // Only here: who rolls over later finds the entry changed, and who has rolled over before is seen.
  const tag = (yield* m.k.readContextId(info.mm)) & ASID_MASK;
  yield* m.k.tlbiAsid(info, tag);
}

/** The invalidation itself: issued, and complete at the barrier. @kernel __tlbi */
export function* tlbiAsid(m: Machine, info: FlushTlbInfo, tag: number): Step<void> {
  const what = { ...info.pages, tag, lastLevel: !info.freedTables, barrier: false };
  const text = `${textOf(info)} tag ${tag}`;
  // It may complete at any moment from here on. That before the barrier adds nothing: entries may go at any time.
  yield* atomic([], () => 0, { op: 'tlbi', text, does: 'issue' }, { locked: m.arch.memory !== 'weak' });
  yield* invalidateOn(m, m.world.cpus, what, { op: 'dsb', text: `${text} is complete`, does: 'barrier' });
  if (m.arch.memory === 'weak') yield* fence({ op: 'dsb', text: 'ish' });
}

/** `flush_tlb_*` of a race that follows address spaces. */
export class FollowedTlb implements Tlb {
  constructor(readonly m: Machine) {}

  *flushTlbPage(vma: Vma, addr: Vaddr): Step<void> {
    yield* this.m.k.flushTlbInfo(infoOf(vma, addr, addr + PAGE_SIZE, true));
  }

  *flushTlbRange(vma: Vma, start: Vaddr, end: Vaddr, lastLevel?: boolean): Step<void> {
    yield* this.m.k.flushTlbInfo(infoOf(vma, start, end, lastLevel));
  }

  *flushTlbMm(mm: Mm): Step<void> {
    yield* this.m.k.flushTlbInfo(wholeOf(mm));
  }

  /** Waits: what is issued and complete later is not followed together with tags. */
  *flushTlbRangeNosync(vma: Vma, start: Vaddr, end: Vaddr, lastLevel?: boolean): Step<void> {
    yield* this.m.k.flushTlbInfo(infoOf(vma, start, end, lastLevel));
  }

  *localFlushTlbPage(vma: Vma, addr: Vaddr): Step<void> {
    const start = vpnOf(addr);
    const { m } = this;
    yield* invalidateOn(
      m,
      [m.cpu],
      { vma, start, end: start + 1, lastLevel: true, barrier: false },
      { op: 'local_flush_tlb_page' },
    );
  }

  *flushTlbFixSpuriousFault(vma: Vma, addr: Vaddr): Step<void> {
    const { fixSpuriousFault = 'page' } = this.m.arch;
    if (fixSpuriousFault === 'local') yield* this.m.tlb.localFlushTlbPage(vma, addr);
    if (fixSpuriousFault === 'page') yield* this.m.tlb.flushTlbPage(vma, addr);
  }

  *updateAndFlush(ptep: Ptep, change: (pte: PteWord) => PteWord): Step<PteWord> {
    return yield* updateThenFlush(this.m, ptep, change);
  }

  *dsb(): Step<void> {
    if (this.m.arch.memory === 'weak') yield* fence({ op: 'dsb', text: 'ish' });
  }

  *dsbIshst(): Step<void> {
    if (this.m.arch.has('broadcastTlbi')) yield* fence({ op: 'dsb', text: 'ishst' });
  }
}

/** Functions that others call by name. */
export const TLBFLUSH = { flushTlbInfo, flushTlbByMask, sbiRemoteSfence, flushTlbByTag, tlbiAsid } as const;

type TlbflushFunctions = typeof TLBFLUSH;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends TlbflushFunctions {}
}
