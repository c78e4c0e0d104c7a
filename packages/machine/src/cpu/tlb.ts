/**
 * TLB invalidation, in the two forms real machines have.
 *
 * Broadcast (arm64): `tlbi` tells every CPU, and returns; the invalidation is complete only after a
 * `dsb` of the CPU that issued it. Completion at the barrier also covers completion before it: an entry
 * may leave a TLB at any time anyway (see `access.ts`), so completing early adds no behaviour.
 *
 * Interrupts (x86): each other CPU invalidates its own TLB in an interrupt handler, one after the
 * other, and the sender waits for all. A CPU that a race follows (`interrupts.ts`) responds only while its
 * interrupts are on; a broadcast does not depend on that. With the parameter `flush` of the world set to
 * `paravirt` a hypervisor flushes the TLBs without interrupts, and nobody waits. That is how KVM,
 * Hyper-V and Xen flush if no target CPU is running.
 */

import {
  blockOf,
  type Mm,
  PAGE_SIZE,
  type Ptep,
  type PteWord,
  ptepOf,
  type Tlb,
  type Vaddr,
  type Vma,
  type Vpn,
  vpnOf,
} from '@racewalk/core';
import {
  type AtomicBody,
  type AtomicOptions,
  atomic,
  type Cell,
  choose,
  fence,
  type Note,
  Order,
  type Step,
  type Word,
} from '@racewalk/core/step';
import { fillBefore } from '../entries/entries.js';
import { MemoryView } from '../observers/view.js';
import type { TlbSizes } from '../tlb/sizes.js';
import { rangeText } from '../world/range-text.js';
import type { Machine } from '../world/types.js';
import { answersIpi, inAnyOrder, otherCpus } from './interrupts.js';
import { lateCells, writeBackPage } from './late-dirty.js';
import { tlbHardware, updateThenFlush } from './tlb-part.js';

/** Names of the operations on TLBs. */
export const TLB_OPS: readonly (keyof Tlb)[] = [
  'flushTlbPage',
  'flushTlbRange',
  'flushTlbMm',
  'flushTlbRangeNosync',
  'localFlushTlbPage',
  'flushTlbFixSpuriousFault',
  'updateAndFlush',
  'dsb',
  'dsbIshst',
];

/** A range of one area, in pages. */
interface Span {
  /** Leaf translations only: walk caches keep what they have. */
  readonly lastLevel?: boolean;
  /** Translations of this size are meant; those of another may stay. */
  readonly size?: TlbSizes | undefined;
  readonly vma: Vma;
  readonly start: Vpn;
  readonly end: Vpn;
}

/** The plug-in's own part, or the form that this architecture uses. */
export function makeTlb(m: Machine): Tlb {
  const form = formOf(m);
  return m.arch.tlb?.(m, tlbHardware(m, form)) ?? form;
}

function formOf(m: Machine): Tlb {
  if (m.world.maintenance !== null && m.world.spaces.followed) return m.world.maintenance(m);
  return m.arch.has('broadcastTlbi') ? new BroadcastTlb(m) : new IpiTlb(m);
}

/** A step that empties the TLB words of some spans, on one CPU or on several, and tells observers. */
function invalidate(
  m: Machine,
  spans: readonly Span[],
  cpus: readonly number[],
  last: boolean,
  note: Note,
  waits: AtomicOptions & { readonly guard?: Cell } = {},
) {
  const { world } = m;
  const { tlbs } = world;
  const words: Cell[] = [];
  const walkCaches: Cell[] = [];
  const ghosts: Cell[] = [];
  const blocks = new Set<Ptep>();
  // An interrupt waits for a handler that walks; that it restarts the handler comes to the same.
  const emptiesAll = m.arch.has('pageFlushDropsWalkCaches') || !world.does('walkCaches');
  const watching = last ? world.observers.filter((o) => o.invalidated !== undefined) : [];
  for (const { vma, start, end, lastLevel, size } of spans) {
    // A stride of 2 MiB names the first page of each, and takes whatever is cached of that; a TTL hint names a size.
    const stride = size === 'pmd' && !m.arch.has('broadcastTlbi');
    for (const cpu of cpus) {
      words.push(
        ...tlbs.words(vma.mm, start, stride ? start + 1 : end, cpu, stride ? 'all' : sizeOf(m, size)),
      );
      for (const vmaAt of emptiesAll ? world.vmas : lastLevel === true ? [] : [vma]) {
        // INVLPG and its like empty all walk caches of the address space, whatever the address.
        const cache = vmaAt.mm === vma.mm ? world.pmds.of(vmaAt.table)?.walkCaches.get(cpu) : undefined;
        if (cache !== undefined) walkCaches.push(cache);
        if (vmaAt.mm === vma.mm) walkCaches.push(...world.directories.walkCaches(world, vmaAt, cpu));
      }
    }
    for (let vpn = start; vpn < end; vpn++) {
      const ptep = ptepOf(vma, vpn);
      blocks.add(blockOf(ptep, world.contPtes)[0] ?? ptep);
      for (const o of watching) ghosts.push(...(o.invalidatedCells?.(ptep) ?? []));
    }
  }
  const dropped = [...new Set([...words, ...walkCaches])];
  const refills = [...blocks].flatMap((ptep) => tlbs.refillCells(ptep));
  const late = world.walker.late === undefined ? [] : latePages(m, spans, cpus);
  const view = new MemoryView();
  const run: AtomicBody = (mem, base, faults) => {
    view.at(mem, base);
    for (const p of late) writeBackPage(world, view, p.vma, p.vpn, p.tlb, faults);
    tlbs.drop(view, dropped);
    if (refills.length > 0) for (const ptep of blocks) tlbs.refill(view, ptep, cpus);
    for (const o of watching) {
      for (const { vma, start, end, size } of spans) {
        for (let vpn = start; vpn < end; vpn++) o.invalidated?.(view, ptepOf(vma, vpn), sizeOf(m, size));
      }
    }
    return 0;
  };
  const written = late.flatMap((p) => lateCells(world, ptepOf(p.vma, p.vpn)));
  const guard = waits.guard ?? -1;
  const cells = [...new Set([...dropped, ...refills, ...written, ...ghosts, guard].filter((c) => c >= 0))];
  const show = (o: { readonly before: readonly number[]; readonly after: readonly number[] }) =>
    textOf(dropped.length, o.before, o.after);
  return atomic(cells, run, { does: 'invalidate', on: dropped, blind: dropped, ...note }, { ...waits, show });
}

/** The pages of some spans with the words of the TLBs that may have to write their dirty state back. */
function latePages(m: Machine, spans: readonly Span[], cpus: readonly number[]) {
  const pages: { readonly vma: Vma; readonly vpn: Vpn; readonly tlb: Cell }[] = [];
  for (const { vma, start, end } of spans) {
    for (let vpn = start; vpn < end; vpn++) {
      for (const cpu of cpus) pages.push({ vma, vpn, tlb: m.world.tlbs.word(cpu, vma.mm, vpn) });
    }
  }
  return pages.filter((p) => p.tlb >= 0);
}

function textOf(words: number, before: readonly number[], after: readonly number[]): string {
  const n = before.slice(0, words).filter((b, i) => b !== 0 && after[i] === 0).length;
  return n === 0 ? '' : `drops ${n} TLB ${n === 1 ? 'entry' : 'entries'}`;
}

const wholeMm = (m: Machine, mm: Mm): Span[] =>
  m.world.vmas.filter((vma) => vma.mm === mm).map((vma) => ({ vma, start: vma.start, end: vma.end }));

/** What an invalidation that names a size takes: an address takes whatever is cached of it, a TTL hint one size. */
const sizeOf = (m: Machine, size: TlbSizes = 'all'): TlbSizes =>
  size === 'pte' && !m.arch.has('broadcastTlbi') ? 'all' : size;

const spanOf = (vma: Vma, start: Vaddr, end: Vaddr, lastLevel = false, size?: TlbSizes): Span => ({
  vma,
  lastLevel,
  size,
  start: vpnOf(start),
  end: vpnOf(end + PAGE_SIZE - 1),
});

const pagesOf = ({ vma, start, end }: Span): string => `${vma.table.name}[${rangeText(vma, start, end)}]`;

/** The CPUs that a flush by interrupts waits for, one by one: those that may answer late. A guest waits for the same. */
export const waitedFor = (m: Machine): readonly number[] => otherCpus(m);

/** Whether a flush that reaches these leaves nobody out: then it is complete when it is over. */
const leavesNobody = (m: Machine, cpus: readonly number[]): boolean =>
  m.world.cpus.every((cpu) => cpus.includes(cpu));

/** Invalidate a page in the TLB of this CPU alone. */
function* localFlush(m: Machine, vma: Vma, addr: Vaddr): Step<void> {
  const span = spanOf(vma, addr, addr + PAGE_SIZE, true);
  const own = m.arch.flushTargets === undefined ? [m.cpu] : m.k.flushTargets().filter((cpu) => cpu === m.cpu);
  yield* invalidate(m, [span], own, false, { op: 'local_flush_tlb_page', text: pagesOf(span) });
}

/**
 * Invalidations are issued, and complete at the barrier. Where stores may still be on their way (the weak order), when an
 * invalidation completes matters: a CPU that walks after that and before the store arrives caches the old entry again,
 * and the barrier at the end waits for the store only. So there completing is a step of its own, and for an
 * invalidation whose barrier is not the next thing it may also come at once.
 */
class BroadcastTlb implements Tlb {
  readonly #kept = {
    /** Issued by this CPU and not yet known to be complete. */
    issued: [] as Span[],
    /** Whether all stores of this CPU had arrived when the newest was issued, and when all of them were. */
    arrived: false,
    allArrived: true,
  };

  constructor(readonly m: Machine) {
    m.keeps.push(this.#kept);
  }

  *flushTlbPage(vma: Vma, addr: Vaddr): Step<void> {
    yield* this.#range(spanOf(vma, addr, addr + PAGE_SIZE));
    yield* this.#barrier();
  }

  *flushTlbRange(vma: Vma, start: Vaddr, end: Vaddr, lastLevel?: boolean, size?: 'pte' | 'pmd'): Step<void> {
    yield* this.#range(spanOf(vma, start, end, lastLevel, size));
    yield* this.#barrier();
  }

  *flushTlbMm(mm: Mm): Step<void> {
    yield* this.#tlbi(wholeMm(this.m, mm), `${mm.name} (all)`);
    yield* this.#barrier();
  }

  *flushTlbRangeNosync(vma: Vma, start: Vaddr, end: Vaddr, lastLevel?: boolean): Step<void> {
    yield* this.#range(spanOf(vma, start, end, lastLevel));
    if (this.#weak && (yield* choose(2, { op: 'tlbi', text: 'completes at the dsb, or now' })) === 1) {
      yield* this.#complete();
    }
  }

  *localFlushTlbPage(vma: Vma, addr: Vaddr): Step<void> {
    yield* localFlush(this.m, vma, addr);
  }

  *flushTlbFixSpuriousFault(vma: Vma, addr: Vaddr): Step<void> {
    const { fixSpuriousFault = 'page' } = this.m.arch;
    if (fixSpuriousFault === 'local') yield* this.localFlushTlbPage(vma, addr);
    if (fixSpuriousFault === 'page') yield* this.flushTlbPage(vma, addr);
  }

  *updateAndFlush(ptep: Ptep, change: (pte: PteWord) => PteWord): Step<PteWord> {
    return yield* updateThenFlush(this.m, ptep, change);
  }

  *dsb(): Step<void> {
    yield* this.#barrier();
  }

  /** arch/arm64/include/asm/tlbflush.h: every flush begins with dsb(ishst). */
  *dsbIshst(): Step<void> {
    yield* fence({ op: 'dsb', text: 'ishst' });
    this.#kept.arrived = true;
  }

  get #weak(): boolean {
    return this.m.arch.memory === 'weak';
  }

  #range(span: Span): Step<void> {
    return this.#tlbi([span], pagesOf(span));
  }

  *#tlbi(spans: readonly Span[], what: string): Step<void> {
    this.#kept.arrived = false;
    yield* this.m.tlb.dsbIshst();
    this.#kept.allArrived &&= this.#kept.arrived;
    this.#kept.issued = [...this.#kept.issued, ...spans];
    // The issue itself changes nothing visible: the entries disappear between here and the barrier.
    const on = spans.flatMap(({ vma, start, end }) => this.m.world.tlbs.words(vma.mm, start, end));
    yield* atomic([], () => 0, { op: 'tlbi', text: what, does: 'issue', on }, { locked: !this.#weak });
  }

  *#barrier(): Step<void> {
    if (this.#weak) {
      yield* this.#complete();
      yield* fence({ op: 'dsb', text: 'ish' });
      return;
    }
    const spans = this.#kept.issued;
    this.#kept.issued = [];
    if (spans.length > 0 && (yield* this.#early())) {
      const note = { text: 'of this CPU only', does: 'invalidate' } as const;
      yield* invalidate(this.m, spans, [this.m.cpu], false, note);
      return;
    }
    const cpus = this.m.k.flushTargets();
    yield* invalidate(this.m, spans, cpus, leavesNobody(this.m, cpus), { op: 'dsb', does: 'barrier' });
  }

  /** The erratum: this barrier completes early, and is not made a second time. */
  *#early(): Step<boolean> {
    const { tlbiErratum } = this.m.arch;
    if (tlbiErratum === undefined) return false;
    const shows = (o: { readonly result: Word }) =>
      o.result === 1 ? '→ stores are under way' : '→ complete';
    const tooEarly = (yield* choose(2, { op: 'dsb', text: 'of a core with the erratum' }, shows)) === 1;
    if (!tooEarly || tlbiErratum === 'bare') return tooEarly;
    yield* atomic([], () => 0, { op: 'tlbi', text: 'again', does: 'issue' }, { locked: false });
    return false;
  }

  /** What was issued completes, whether or not the stores of this CPU have arrived. */
  *#complete(): Step<void> {
    const spans = this.#kept.issued;
    this.#kept.issued = [];
    const note: Note = { op: 'tlbi', text: '(complete)', does: 'barrier' };
    // The barrier behind it comes after it: what other CPUs did through the old translations is seen then.
    const waits = { locked: false, order: Order.RELAXED };
    const cpus = this.m.k.flushTargets();
    yield* invalidate(this.m, spans, cpus, leavesNobody(this.m, cpus), note, waits);
    const again = this.#kept.allArrived ? [] : spans;
    this.#kept.allArrived = true;
    // What a store on its way is to replace may be walked again, by nobody's wish.
    const { world } = this.m;
    for (const { vma, start, end } of again) {
      for (let vpn = start; vpn < end; vpn++) {
        const ptep = ptepOf(vma, vpn);
        yield* fillBefore(world, ptep, { tlbs: world.tlbs.storeCells(ptep) }, 'tlbi');
      }
    }
  }
}

/** Interrupts each other CPU, or lets the hypervisor flush for it. */
class IpiTlb implements Tlb {
  constructor(readonly m: Machine) {}

  *flushTlbPage(vma: Vma, addr: Vaddr): Step<void> {
    yield* this.#range(spanOf(vma, addr, addr + PAGE_SIZE));
  }

  *flushTlbRange(vma: Vma, start: Vaddr, end: Vaddr, lastLevel?: boolean, size?: 'pte' | 'pmd'): Step<void> {
    yield* this.#range(spanOf(vma, start, end, lastLevel, size));
  }

  *flushTlbMm(mm: Mm): Step<void> {
    yield* this.#flush(wholeMm(this.m, mm), `${mm.name} (all)`);
  }

  *flushTlbRangeNosync(vma: Vma, start: Vaddr, end: Vaddr, lastLevel?: boolean): Step<void> {
    yield* this.#range(spanOf(vma, start, end, lastLevel));
  }

  *localFlushTlbPage(vma: Vma, addr: Vaddr): Step<void> {
    yield* localFlush(this.m, vma, addr);
  }

  *flushTlbFixSpuriousFault(vma: Vma, addr: Vaddr): Step<void> {
    const { fixSpuriousFault = 'page' } = this.m.arch;
    if (fixSpuriousFault === 'local') yield* this.localFlushTlbPage(vma, addr);
    if (fixSpuriousFault === 'page') yield* this.flushTlbPage(vma, addr);
  }

  *updateAndFlush(ptep: Ptep, change: (pte: PteWord) => PteWord): Step<PteWord> {
    return yield* updateThenFlush(this.m, ptep, change);
  }

  *dsb(): Step<void> {}

  /** An interrupt is sent after the stores before it: smp_call_function_many_cond(), a full barrier. */
  *dsbIshst(): Step<void> {}

  #range(span: Span): Step<void> {
    return this.#flush([span], pagesOf(span));
  }

  *#flush(spans: readonly Span[], what: string): Step<void> {
    const { m } = this;
    const paravirt = m.world.params.flush === 'paravirt';
    const cpus = m.k.flushTargets();
    const all = leavesNobody(m, cpus);
    const others = cpus.filter((cpu) => cpu !== m.cpu);
    // Visit CPUs that may delay the IPI first. The others can only drop entries earlier, which is allowed anyway.
    const slow = paravirt ? [] : waitedFor(m);
    // Where nobody accesses memory, only what is there at the end counts: the earlier the flush, the more that can be.
    const quiet = others.filter((cpu) => m.world.quiet.includes(cpu));
    const quick = others.filter((cpu) => !slow.includes(cpu) && !quiet.includes(cpu));
    const first = [...cpus.filter((cpu) => cpu === m.cpu), ...quiet];
    let left = (first.length > 0 ? 1 : 0) + slow.length + quick.length;
    function* one(cpu: number): Step<void> {
      left--;
      const note = { text: `${paravirt ? 'hypercall' : 'IPI'} cpu${cpu}: flush ${what}` };
      const flushed = quiet.includes(cpu) ? [] : [cpu].filter((c) => cpus.includes(c));
      yield* invalidate(m, spans, flushed, all && left === 0, note, paravirt ? {} : answersIpi(m, cpu));
    }
    if (left === 0) yield* invalidate(m, spans, [], all, { text: `flush ${what}` });
    if (first.length > 0) {
      left--;
      const also = quiet.length === 0 ? '' : `, cpu${quiet.join(', cpu')}`;
      yield* invalidate(m, spans, first, all && left === 0, { op: 'invlpg', text: `${what}${also}` });
    }
    yield* inAnyOrder(slow, one);
    for (const cpu of quick) yield* one(cpu);
  }
}
