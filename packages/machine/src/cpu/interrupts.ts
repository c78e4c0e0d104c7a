/**
 * What keeps a CPU from answering: interrupts that are off, and RCU read sections.
 *
 * Only CPUs that a race follows have a word for this; the others answer at once, as their agents never
 * turn interrupts off. A race follows a CPU by `world.contexts.track(cpu)` in its setup.
 */
import { RacewalkError } from '@racewalk/core';
import {
  type AtomicOptions,
  atomic,
  type Cell,
  type CellTable,
  choose,
  type Step,
  type Word,
} from '@racewalk/core/step';
import type { Machine } from '../agent/machine.js';

/** Bits in the word of a CPU. */
export const CpuContext = {
  /** Interrupts are off: an IPI waits. */
  IRQS_OFF: 1,
  /** In an RCU read section: a grace period waits, an IPI does not. */
  RCU_READ: 2,
} as const;

const contextText = (w: Word): string => {
  const words = [];
  if (w & CpuContext.IRQS_OFF) words.push('irqs off');
  if (w & CpuContext.RCU_READ) words.push('rcu read');
  return words.join(', ') || 'answers';
};

/** The words of the CPUs that a race follows. */
export class CpuContexts {
  readonly #cells = new Map<number, Cell>();

  constructor(private readonly table: CellTable) {}

  /** Follow a CPU from now on; its word. */
  track(cpu: number): Cell {
    let cell = this.#cells.get(cpu);
    if (cell === undefined) {
      const role = { is: 'cpu', cpu } as const;
      cell = this.table.add({ name: `cpu${cpu}`, initial: 0, show: contextText, role });
      this.#cells.set(cpu, cell);
    }
    return cell;
  }

  /** The CPUs followed, in the order in which that was asked for. */
  get cpus(): readonly number[] {
    return [...this.#cells.keys()];
  }

  /** The word of a CPU, or -1 if it is not followed. */
  cell(cpu: number): Cell {
    return this.#cells.get(cpu) ?? -1;
  }
}

/** Change this CPU's word. No other CPU's store buffer has a part in it, and the own one is not waited for. */
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
    { locked: false },
  );
}

/** From here on no IPI is answered on this CPU, and no grace period ends. @kernel local_irq_save */
export function localIrqSave(m: Machine): Step<void> {
  return setContext(m, CpuContext.IRQS_OFF, true, 'local_irq_save');
}

/** Interrupts that waited come now. @kernel local_irq_restore */
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

/** The condition under which a step that interrupts a CPU may be taken; none for a CPU nobody follows. */
export function answersIpi(m: Machine, cpu: number): AtomicOptions & { readonly guard: Cell } {
  return { guard: m.world.contexts.cell(cpu), test: (w) => (w & CpuContext.IRQS_OFF) === 0 };
}

/** Every order in which the CPUs may answer; the sender waits for all. */
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

/** Interrupt every other CPU that a race follows and wait until each has answered. @kernel smp_call_function */
export function* smpCallFunction(m: Machine, what: string): Step<void> {
  yield* inAnyOrder(otherCpus(m), function* (cpu) {
    const options = answersIpi(m, cpu);
    yield* atomic([options.guard], () => 0, { text: `IPI cpu${cpu}: ${what}`, does: 'interrupt' }, options);
  });
}

/**
 * Wait until every other CPU has been seen outside read sections and with interrupts on: whoever reads
 * now began after this was called. @kernel synchronize_rcu
 */
export function* synchronizeRcu(m: Machine, what = 'grace period'): Step<void> {
  yield* inAnyOrder(otherCpus(m), function* (cpu) {
    const guard = m.world.contexts.cell(cpu);
    const note = { text: `${what}: cpu${cpu} is quiescent`, does: 'wait' } as const;
    yield* atomic([guard], () => 0, note, { guard, test: (w) => w === 0 });
  });
}
