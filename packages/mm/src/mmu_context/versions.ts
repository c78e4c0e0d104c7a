/**
 * Tags by CPU, with versions: each CPU hands out its own, one after the other, and flushes itself when they run out. A
 * flush of an address space that is not loaded takes its tag away: it gets a new one at the next switch, and what is cached
 * under the old one is never used again. @kernel arch/loongarch/include/asm/mmu_context.h; alpha and mips are alike
 */
import type { Mm } from '@racewalk/core';
import { read, type Step, type Word, write } from '@racewalk/core/step';
import { interruptCpu, invalidation, loadSpace, type Machine } from '@racewalk/machine';
import { ASID_BITS, ASID_MASK, contextOf, thisCpu } from './words.js';

const contextCell = (mm: Mm, cpu: number): number => contextOf(mm).asid.get(cpu) ?? -1;

/** A new tag on this CPU; all of it is flushed when they run out. @kernel get_new_mmu_context */
export function* getNewMmuContext(m: Machine, mm: Mm): Step<Word> {
  const { asidCache } = thisCpu(m);
  const last = yield* read(asidCache, { op: 'this_cpu_read', text: 'asid_cache' });
  let next = last + 1;
  if ((last & ASID_MASK) >= m.world.spaces.tags) {
    next = (((last >>> ASID_BITS) + 1) << ASID_BITS) | 1;
    yield* m.k.localFlushTlbAll();
  }
  yield* write(asidCache, next, { op: 'this_cpu_write', text: 'asid_cache' });
  yield* write(contextCell(mm, m.cpu), next, { op: 'cpu_context', text: `${mm.name} on cpu${m.cpu}` });
  return next;
}

/** The tag of an address space on this CPU, a new one if it has none of this version. @kernel check_mmu_context */
export function* checkMmuContext(m: Machine, mm: Mm): Step<Word> {
  const id = yield* read(contextCell(mm, m.cpu), { op: 'cpu_context', text: `${mm.name} on cpu${m.cpu}` });
  const last = yield* read(thisCpu(m).asidCache, { op: 'this_cpu_read', text: 'asid_cache' });
  if (id !== 0 && id >>> ASID_BITS === last >>> ASID_BITS) return id;
  return yield* m.k.getNewMmuContext(mm);
}

/** Load an address space on this CPU. @kernel switch_mm_irqs_off (loongarch) */
export function* switchMmuContext(m: Machine, mm: Mm): Step<void> {
  // Flushes come here from now on, and what they take away is not walked before.
  yield* m.k.cpumaskSetCpu(mm);
  const id = yield* m.k.checkMmuContext(mm);
  yield* loadSpace(m, mm, id & ASID_MASK);
  yield* write(thisCpu(m).loadedMm, mm.asid, { op: 'this_cpu_write', text: `active_mm = ${mm.name}` });
}

/**
 * The handler on a CPU: what is loaded is flushed under its tag; what is not loaded loses its tag. One step, since
 * interrupts are off. @kernel drop_mmu_context
 */
export function* dropMmuContext(m: Machine, cpu: number, mm: Mm): Step<void> {
  const { loadedMm } = thisCpu(m, cpu);
  const context = contextCell(mm, cpu);
  const part = invalidation(m, [cpu]);
  yield* interruptCpu(m, cpu, {
    cells: [...new Set([loadedMm, context, ...part.cells])],
    note: { op: 'drop_mmu_context', text: `cpu${cpu} ${mm.name}`, does: 'invalidate', on: part.words },
    run(s) {
      if (s.get(loadedMm) === mm.asid) part.run(s, cpu);
      else s.set(context, 0);
      return 0;
    },
  });
}

/** Functions that others call by name. */
export const MMU_CONTEXT = { getNewMmuContext, checkMmuContext, switchMmuContext, dropMmuContext } as const;

type MmuContextFunctions = typeof MMU_CONTEXT;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends MmuContextFunctions {}
}
