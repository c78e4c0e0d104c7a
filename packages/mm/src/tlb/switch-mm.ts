/**
 * Switches of address spaces by `tlb_gen`: each flush of an address space raises its generation, and each CPU knows up to
 * which one it is, for every tag. A CPU that a flush leaves out (it is lazy, or runs something else) finds out when it
 * comes back. @kernel arch/x86/mm/tlb.c (6.12 to 6.15)
 */
import type { Mm } from '@racewalk/core';
import { type AtomicBody, atomic, or, read, type Step, type Word, write } from '@racewalk/core/step';
import { loadSpace, type Machine } from '@racewalk/machine';
import {
  contextOf,
  ctxGen,
  ctxMm,
  ctxOf,
  LOADED_MM_SWITCHING,
  spacesOf,
  thisCpu,
} from '../mmu_context/words.js';

/** A tag, and whether what is cached under it must go first. @kernel struct new_asid */
export interface NewAsid {
  readonly asid: number;
  readonly needFlush: boolean;
}

/** A word of this CPU; only its own interrupt handlers change it, and they wait. @kernel this_cpu_read */
const own = (cell: number, text: string): Step<Word> => read(cell, { op: 'this_cpu_read', text });

/**
 * From here on flushes of the address space come to this CPU. Returns after a full barrier: what it reads of the address
 * space next is no older. The barrier is that of the atomic operation, and must not go when the bit is set already.
 * @kernel cpumask_set_cpu
 */
export function* cpumaskSetCpu(m: Machine, mm: Mm): Step<void> {
  const { cpumask } = contextOf(mm);
  const bit = 1 << m.cpu;
  const text = `cpu${m.cpu}, mm_cpumask(${mm.name})`;
  if (((yield* read(cpumask, { op: 'cpumask_test_cpu', text })) & bit) !== 0) {
    yield* m.k.smpMb();
    return;
  }
  yield* or(cpumask, bit, { op: 'cpumask_set_cpu', text });
}

/** @kernel cpumask_clear_cpu */
export function* cpumaskClearCpu(m: Machine, mm: Mm): Step<void> {
  const { cpumask } = contextOf(mm);
  const run: AtomicBody = (mem, base) => {
    mem[base + cpumask] = (mem[base + cpumask] ?? 0) & ~(1 << m.cpu);
    return 0;
  };
  yield* atomic([cpumask], run, { op: 'cpumask_clear_cpu', text: `cpu${m.cpu}, mm_cpumask(${mm.name})` });
}

/** A tag for an address space on this CPU: the one it has, or the next in turn. @kernel choose_new_asid */
export function* chooseNewAsid(m: Machine, next: Mm, nextTlbGen: number): Step<NewAsid> {
  const cpu = thisCpu(m);
  const { globalAsid } = contextOf(next);
  // Broadcast invalidation keeps this tag up to date on every CPU, whatever is loaded there.
  if (globalAsid !== 0) return { asid: globalAsid, needFlush: false };
  const { spaces } = m.world;
  if (!spaces.keeps) return { asid: 1, needFlush: true };
  for (let asid = 1; asid <= spaces.tags; asid++) {
    const ctx = yield* own(cpu.ctxs[asid - 1] ?? -1, `ctxs[${asid}]`);
    if (ctxMm(ctx) === next.asid) return { asid, needFlush: ctxGen(ctx) < nextTlbGen };
  }
  const asid = yield* own(cpu.nextAsid, 'next_asid');
  yield* write(cpu.nextAsid, (asid % spaces.tags) + 1, { op: 'this_cpu_write', text: 'next_asid' });
  return { asid, needFlush: true };
}

/** The word of the tag that is loaded. */
function* loadedCtx(m: Machine): Step<number> {
  const root = yield* read(m.world.spaces.root(m.cpu), { op: 'this_cpu_read', text: 'loaded_mm_asid' });
  return m.world.spaces.tagOf(root);
}

/**
 * Load an address space on this CPU, or `init_mm` (null). Interrupts are off, and no user code runs.
 * @kernel switch_mm_irqs_off
 */
export function* switchMmIrqsOff(m: Machine, next: Mm | null): Step<void> {
  const cpu = thisCpu(m);
  const { spaces } = m.world;
  const prev = yield* own(cpu.loadedMm, 'loaded_mm');
  const wasLazy = (yield* own(cpu.isLazy, 'is_lazy')) !== 0;
  if (wasLazy) yield* write(cpu.isLazy, 0, { op: 'this_cpu_write', text: 'is_lazy = false' });
  let chosen: NewAsid = { asid: 1, needFlush: !spaces.keeps };
  let gen = 0;
  if (next !== null && prev === next.asid) {
    if (!wasLazy) return;
    const asid = yield* loadedCtx(m);
    // Flushes while it was lazy did not come here. It has said that it is not lazy any more before it looks whether there
    // were any: who flushes raises the generation before it looks who is lazy, so one of the two sees the other.
    yield* m.k.smpMb();
    gen = yield* m.k.readTlbGen(next);
    const ctx = yield* own(cpu.ctxs[asid - 1] ?? -1, `ctxs[${asid}]`);
    if (contextOf(next).globalAsid !== 0 || ctxGen(ctx) === gen) return;
    chosen = { asid, needFlush: true };
  } else {
    yield* write(cpu.loadedMm, LOADED_MM_SWITCHING, { op: 'this_cpu_write', text: 'loaded_mm = switching' });
    if (next !== null) {
      // Start to receive interrupts of flushes, and only then look which generation it is.
      yield* m.k.cpumaskSetCpu(next);
      gen = yield* m.k.readTlbGen(next);
      chosen = yield* m.k.chooseNewAsid(next, gen);
    }
  }
  const { asid, needFlush } = chosen;
  if (needFlush && next !== null) {
    const text = `ctxs[${asid}] = ${next.name} at ${gen}`;
    yield* write(cpu.ctxs[asid - 1] ?? -1, ctxOf(next, gen), { op: 'this_cpu_write', text });
  }
  yield* loadSpace(m, next, asid, { keep: !needFlush });
  yield* write(cpu.loadedMm, next?.asid ?? 0, {
    op: 'this_cpu_write',
    text: `loaded_mm = ${next?.name ?? 'init_mm'}`,
  });
}

/** Which generation an address space is at. @kernel atomic64_read */
export function* readTlbGen(_m: Machine, mm: Mm): Step<number> {
  return yield* read(contextOf(mm).tlbGen, { op: 'atomic64_read', text: `${mm.name}.tlb_gen` });
}

/** A kernel thread takes over and keeps what is loaded. @kernel enter_lazy_tlb */
export function* enterLazyTlb(m: Machine): Step<void> {
  const { kind } = spacesOf(m);
  // Elsewhere a CPU that runs a kernel thread answers flushes as before.
  if (kind !== 'tlb-gen') return;
  const cpu = thisCpu(m);
  if ((yield* own(cpu.loadedMm, 'loaded_mm')) === 0) return;
  yield* write(cpu.isLazy, 1, { op: 'enter_lazy_tlb', text: 'is_lazy = true' });
}

/** Functions that others call by name. */
export const TLB_SWITCH = {
  cpumaskSetCpu,
  cpumaskClearCpu,
  readTlbGen,
  chooseNewAsid,
  switchMmIrqsOff,
  enterLazyTlb,
} as const;

type SwitchFunctions = typeof TLB_SWITCH;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends SwitchFunctions {}
}
