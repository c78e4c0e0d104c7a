/** Flushes by mask and generation. @kernel arch/x86/mm/tlb.c (6.12 to 6.15) */
import type { Mm, Vma, Vpn } from '@racewalk/core';
import { type AtomicBody, atomic, read, type Step } from '@racewalk/core/step';
import { inAnyOrder, interruptCpu, invalidateOn, invalidation, type Machine } from '@racewalk/machine';
import { contextOf, ctxGen, ctxOf, LOADED_MM_SWITCHING, spacesOf, thisCpu } from '../mmu_context/words.js';

/** What is to be flushed. @kernel struct flush_tlb_info */
export interface FlushTlbInfo {
  readonly mm: Mm;
  /** These pages; null for everything. */
  readonly pages: { readonly vma: Vma; readonly start: Vpn; readonly end: Vpn } | null;
  /** Page tables were freed: walk caches have to forget them, also on CPUs that are lazy. */
  readonly freedTables: boolean;
}

/** A flush is due: CPUs that are not told see it by the number. A full barrier. @kernel inc_mm_tlb_gen */
export function* incMmTlbGen(_m: Machine, mm: Mm): Step<number> {
  const { tlbGen } = contextOf(mm);
  const run: AtomicBody = (mem, base) => {
    const now = (mem[base + tlbGen] ?? 0) + 1;
    mem[base + tlbGen] = now;
    return now;
  };
  const note = { op: 'inc_mm_tlb_gen', text: mm.name };
  return yield* atomic([tlbGen], run, note, { show: (o) => `= ${o.result}` });
}

/** Which CPUs may have translations of it. @kernel mm_cpumask */
export function* mmCpumask(m: Machine, mm: Mm): Step<readonly number[]> {
  const mask = yield* read(contextOf(mm).cpumask, { op: 'mm_cpumask', text: mm.name });
  return m.world.cpus.filter((cpu) => (mask & (1 << cpu)) !== 0);
}

/** Whether a flush has to come to a CPU; asked by the sender. @kernel should_flush_tlb (6.15) */
export function* shouldFlushTlb(m: Machine, cpu: number, info: FlushTlbInfo): Step<boolean> {
  // Its walker may look at a table that goes, lazy or not.
  if (info.freedTables) return true;
  const state = thisCpu(m, cpu);
  const loaded = yield* read(state.loadedMm, { op: 'per_cpu', text: `loaded_mm of cpu${cpu}` });
  yield* m.k.smpRmb();
  // It looks at the generation when it comes back.
  if ((yield* read(state.isLazy, { op: 'per_cpu', text: `is_lazy of cpu${cpu}` })) !== 0) return false;
  // In the middle of a switch it may have looked at the generation already.
  return loaded === info.mm.asid || loaded === LOADED_MM_SWITCHING;
}

/**
 * The handler on a CPU, which runs with interrupts off: one step. Flushes what is loaded, and says up to which generation
 * it is. @kernel flush_tlb_func
 */
export function* flushTlbFunc(m: Machine, cpu: number, info: FlushTlbInfo, newTlbGen: number): Step<void> {
  const { mm, pages } = info;
  const state = thisCpu(m, cpu);
  const { spaces } = m.world;
  const root = spaces.root(cpu);
  const { tlbGen, cpumask } = contextOf(mm);
  const all = invalidation(m, [cpu]);
  const some = pages === null ? all : invalidation(m, [cpu], { ...pages, lastLevel: !info.freedTables });
  const cells = [
    state.loadedMm,
    state.isLazy,
    ...state.ctxs,
    tlbGen,
    cpumask,
    root,
    ...all.cells,
    ...some.cells,
  ];
  yield* interruptCpu(m, cpu, {
    cells: [...new Set(cells)],
    note: { op: 'flush_tlb_func', text: `cpu${cpu} ${mm.name}`, does: 'invalidate', on: all.words },
    run(s) {
      if (s.get(state.loadedMm) !== mm.asid) {
        // It runs something else: from now on it need not be asked.
        if (cpu !== m.cpu) s.set(cpumask, s.get(cpumask) & ~(1 << cpu));
        return 0;
      }
      if (s.get(state.isLazy) !== 0) {
        // Nobody needs what is loaded: it goes, and what is behind in generation is flushed when it comes back.
        all.run(s, cpu);
        s.set(root, 0);
        s.set(state.loadedMm, 0);
        return 0;
      }
      const asid = spaces.tagOf(s.get(root));
      const ctx = state.ctxs[asid - 1] ?? -1;
      const local = ctxGen(s.get(ctx));
      const now = s.get(tlbGen);
      if (newTlbGen <= local) return 0;
      // Only the flush that comes next in turn may stop at its own pages: else those of another are left out.
      if (newTlbGen === local + 1 && newTlbGen === now) some.run(s, cpu);
      else all.run(s, cpu);
      s.set(ctx, ctxOf(mm, now));
      return 0;
    },
  });
}

/** Invalidate on every CPU that may have translations, and wait for all. @kernel flush_tlb_mm_range */
export function* flushTlbMmRange(m: Machine, info: FlushTlbInfo): Step<void> {
  const { mm } = info;
  // After the store to the entry, and before the look at the mask.
  const gen = yield* m.k.incMmTlbGen(mm);
  if (contextOf(mm).globalAsid !== 0) {
    yield* m.k.broadcastTlbFlush(info);
    return;
  }
  const mask = yield* m.k.mmCpumask(mm);
  if (mask.includes(m.cpu)) yield* m.k.flushTlbFunc(m.cpu, info, gen);
  yield* inAnyOrder(
    mask.filter((cpu) => cpu !== m.cpu),
    function* (cpu) {
      if (yield* m.k.shouldFlushTlb(cpu, info)) yield* m.k.flushTlbFunc(cpu, info, gen);
    },
  );
}

/** Tell all CPUs to drop what they have under a tag, whatever is loaded there; and wait. @kernel broadcast_tlb_flush */
export function* broadcastTlbFlush(m: Machine, info: FlushTlbInfo): Step<void> {
  const { globalAsid } = contextOf(info.mm);
  const text = `${info.mm.name}, tag ${globalAsid}`;
  // Issued: other CPUs drop it at any time from here on, and are known to have only after TLBSYNC (AMD APM 3).
  yield* atomic([], () => 0, { op: 'invlpgb', text, does: 'issue' });
  yield* m.k.tlbsync(info);
}

/** @kernel tlbsync */
export function* tlbsync(m: Machine, { mm, pages }: FlushTlbInfo): Step<void> {
  const what = { ...pages, tag: contextOf(mm).globalAsid, barrier: false };
  const note = { op: 'tlbsync', text: mm.name, does: 'barrier' } as const;
  yield* invalidateOn(m, spacesOf(m).w.cpus, what, note);
}

/** Functions that others call by name. */
export const TLB_FLUSH = {
  incMmTlbGen,
  mmCpumask,
  shouldFlushTlb,
  flushTlbFunc,
  flushTlbMmRange,
  broadcastTlbFlush,
  tlbsync,
} as const;

type FlushFunctions = typeof TLB_FLUSH;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends FlushFunctions {}
}
