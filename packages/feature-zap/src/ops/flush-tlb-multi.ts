/**
 * Remote invalidation as each hypervisor does it. A race chooses by the parameter `flush` of its world;
 * these are the same by name, one CPU after the other.
 */

import type { Vma } from '@racewalk/core';
import { atomic, type Cell, choose, type Step } from '@racewalk/core/step';
import { answersIpi, type Machine } from '@racewalk/machine';

/** Words a flush of the area empties on one CPU. */
function wordsOf(m: Machine, vma: Vma, cpu: number): Cell[] {
  const walkCache = m.world.pmds.of(vma.table)?.walkCaches.get(cpu);
  const tlb = m.world.tlbCells(vma.mm, vma.start, vma.end, cpu);
  return walkCache === undefined ? tlb : [...tlb, walkCache];
}

/** Every other CPU that a flush concerns. */
const targets = (m: Machine): readonly number[] =>
  [...new Set([...m.world.contexts.cpus, ...m.world.userCpus])].filter((cpu) => cpu !== m.cpu);

function* drop(m: Machine, vma: Vma, cpu: number, interrupt: boolean): Step<void> {
  const cells = wordsOf(m, vma, cpu);
  const waits = interrupt ? answersIpi(m, cpu) : undefined;
  const guarded = waits !== undefined && waits.guard >= 0 ? waits : undefined;
  if (cells.length === 0 && guarded === undefined) return;
  yield* atomic(
    guarded === undefined ? cells : [...cells, guarded.guard],
    (mem, base) => {
      for (const cell of cells) mem[base + cell] = 0;
      return 0;
    },
    {
      text: `${interrupt ? 'IPI' : 'hypercall'} cpu${cpu}: flush ${vma.table.name}`,
      does: 'invalidate',
      on: cells,
      blind: cells,
    },
    guarded,
  );
}

/** Interrupt each target and wait for it. @kernel native_flush_tlb_multi */
export function* nativeFlushTlbMulti(m: Machine, vma: Vma): Step<void> {
  for (const cpu of targets(m)) yield* drop(m, vma, cpu, true);
}

/**
 * A target that the host has preempted gets a note and no interrupt: it flushes before it runs again,
 * which nobody can tell from a flush made at once. @kernel kvm_flush_tlb_multi
 */
export function* kvmFlushTlbMulti(m: Machine, vma: Vma): Step<void> {
  for (const cpu of targets(m)) {
    const preempted = (yield* choose(2, `cpu${cpu} runs or is preempted`)) === 1;
    yield* drop(m, vma, cpu, !preempted);
  }
}

/** The hypervisor flushes; no target is interrupted. @kernel hyperv_flush_tlb_multi */
export function* hypervFlushTlbMulti(m: Machine, vma: Vma): Step<void> {
  for (const cpu of targets(m)) yield* drop(m, vma, cpu, false);
}

/** The same by another hypercall. @kernel xen_flush_tlb_multi */
export function xenFlushTlbMulti(m: Machine, vma: Vma): Step<void> {
  return hypervFlushTlbMulti(m, vma);
}
