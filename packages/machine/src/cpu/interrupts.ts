/**
 * What delays a CPU's response: interrupts that are off, and RCU read sections.
 *
 * Only CPUs that a race follows have a word for this. The others respond at once, because their agents never
 * turn interrupts off. A race follows a CPU by `world.contexts.track(cpu)` in its setup.
 *
 * A CPU that takes an interrupt drains its store buffer, and so does one that reports a quiescent state, because it has
 * switched tasks: whoever has waited for that sees every store the CPU made before. (Intel SDM 3A, "Store Buffer": always
 * drained "when an exception or interrupt is generated"; membarrier_private_expedited() and tools/memory-model rely on
 * it.) Sender and handler are full barriers: `llist_add()` in generic_exec_single() and smp_call_function_many_cond(), and
 * `llist_del_all()` in __flush_smp_call_function_queue(), kernel/smp.c. So what the CPU loads behind the interrupt is not older
 * than it, and what it has loaded before is seen by whoever interrupted it (`Op.drains`).
 */
import { RacewalkError } from '@racewalk/core';
import {
  type AtomicBody,
  type AtomicOptions,
  atomic,
  type Cell,
  choose,
  Order,
  type Step,
} from '@racewalk/core/step';
import { CpuContext, MASKS_IRQ } from '../world/contexts.js';
import type { Machine } from '../world/types.js';

/** Change this CPU's word. It involves no other CPU's store buffer, and does not wait for this CPU's own. */
function* setContext(m: Machine, bit: number, on: boolean, op: string): Step<void> {
  const cell = m.world.contexts.cell(m.cpu);
  if (cell < 0) {
    throw new RacewalkError('RACEWALK_BAD_SCENARIO', `${op} on cpu${m.cpu}, which nobody follows`, {
      expected: `world.contexts.track(${m.cpu}) in the setup`,
    });
  }
  yield* atomic(
    [cell],
    (mem, base) => {
      const at = base + cell;
      mem[at] = on ? (mem[at] ?? 0) | bit : (mem[at] ?? 0) & ~bit;
      return 0;
    },
    { op },
    { locked: false, order: Order.RELAXED },
  );
}

/** From here on this CPU handles no IPI, and no grace period ends. @kernel local_irq_save */
export function localIrqSave(m: Machine): Step<void> {
  return setContext(m, CpuContext.IRQS_OFF, true, 'local_irq_save');
}

/** Pending interrupts are handled now. @kernel local_irq_restore */
export function localIrqRestore(m: Machine): Step<void> {
  return setContext(m, CpuContext.IRQS_OFF, false, 'local_irq_restore');
}

/** From here on no grace period ends. @kernel rcu_read_lock */
export function rcuReadLock(m: Machine): Step<void> {
  return setContext(m, CpuContext.RCU_READ, true, 'rcu_read_lock');
}

/** @kernel rcu_read_unlock */
export function rcuReadUnlock(m: Machine): Step<void> {
  return setContext(m, CpuContext.RCU_READ, false, 'rcu_read_unlock');
}

/**
 * The condition for a step that interrupts a CPU: its interrupts are on, if the race follows it, and its stores are in
 * memory.
 */
export function answersIpi(m: Machine, cpu: number): AtomicOptions & { readonly guard: Cell } {
  const { contexts } = m.world;
  const guard = contexts.cell(cpu);
  const drains = contexts.threadsOn(cpu);
  return guard < 0 ? { guard, drains } : { guard, drains, test: (w) => (w & MASKS_IRQ) === 0 };
}

/** Every order in which the CPUs may respond; the sender waits for all. */
export function* inAnyOrder(cpus: readonly number[], visit: (cpu: number) => Step<void>): Step<void> {
  const left = [...cpus];
  while (left.length > 0) {
    const next = left.length === 1 ? 0 : yield* choose(left.length, 'CPU that answers next');
    yield* visit(left.splice(next, 1)[0] ?? 0);
  }
}

/** Other CPUs that a race follows. */
export const otherCpus = (m: Machine): readonly number[] =>
  m.world.contexts.cpus.filter((cpu) => cpu !== m.cpu);

/** Interrupt every other CPU that a race follows, and wait until each has responded. @kernel smp_call_function */
export function* smpCallFunction(m: Machine, what: string): Step<void> {
  yield* inAnyOrder(otherCpus(m), function* (cpu) {
    const options = answersIpi(m, cpu);
    yield* atomic([options.guard], () => 0, { text: `IPI cpu${cpu}: ${what}`, does: 'interrupt' }, options);
  });
}

/**
 * Wait until every other CPU has been outside read sections and with interrupts on: a reader that is active now
 * began after this call. @kernel synchronize_rcu
 */
export function* synchronizeRcu(m: Machine, what = 'grace period'): Step<void> {
  yield* inAnyOrder(otherCpus(m), function* (cpu) {
    const guard = m.world.contexts.cell(cpu);
    const note = { text: `${what}: cpu${cpu} is quiescent`, does: 'wait' } as const;
    const drains = m.world.contexts.threadsOn(cpu);
    yield* atomic([guard], () => 0, note, { guard, test: (w) => w === 0, drains });
  });
  yield* outlastHandlers(m, what);
}

/** Software that walks does so with interrupts off: whoever has waited for a CPU has waited for its walks, too. */
function* outlastHandlers(m: Machine, what: string): Step<void> {
  const { world } = m;
  if (world.does('walkCaches')) return;
  const cells = world.vmas.flatMap((vma) => [...(world.pmds.of(vma.table)?.walkCaches.values() ?? [])]);
  if (cells.length === 0) return;
  const run: AtomicBody = (mem, base) => {
    for (const cell of cells) mem[base + cell] = 0;
    return 0;
  };
  yield* atomic(cells, run, { text: `${what}: no handler is on its way`, does: 'wait' });
}
