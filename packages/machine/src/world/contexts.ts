/** One word for each CPU that a race follows: what delays the CPU's response. And which threads run on each CPU. */
import type { Cell, CellTable, Word } from '@racewalk/core/step';

/** Bits in the word of a CPU. */
export const CpuContext = {
  /** Interrupts are off: an IPI waits. */
  IRQS_OFF: 1,
  /** In an RCU read section: a grace period waits, an IPI does not. */
  RCU_READ: 2,
  /** A handler of an interrupt runs: nobody else on the CPU takes a step, and another interrupt waits. */
  IN_IRQ: 4,
  /** A handler of a non-maskable interrupt runs: nor does the handler that it interrupted. */
  IN_NMI: 8,
} as const;

/** What keeps a CPU from taking an interrupt. */
export const MASKS_IRQ = CpuContext.IRQS_OFF | CpuContext.IN_IRQ | CpuContext.IN_NMI;

/** The word of a CPU as text. */
export const contextText = (w: Word): string => {
  const words = [];
  if (w & CpuContext.IRQS_OFF) words.push('irqs off');
  if (w & CpuContext.RCU_READ) words.push('rcu read');
  if (w & CpuContext.IN_IRQ) words.push('in an interrupt');
  if (w & CpuContext.IN_NMI) words.push('in an NMI');
  return words.join(', ') || 'answers';
};

const NOBODY: readonly number[] = Object.freeze([]);

/** The CPUs that a race follows have a word each. */
export class CpuContexts {
  readonly #cells = new Map<number, Cell>();
  readonly #running = new Map<number, Cell>();
  readonly #threads = new Map<number, number[]>();
  readonly #agents: string[] = [];
  /** The CPUs that {@link handlersOn} was said of. */
  readonly handled: number[] = [];

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

  /** A CPU that handlers of several steps interrupt; it is followed. */
  handlersOn(cpu: number): void {
    this.track(cpu);
    if (!this.handled.includes(cpu)) this.handled.push(cpu);
  }

  /** From now on who runs on this CPU is a word: at most one of its agents; see `running.ts`. */
  schedules(cpu: number): Cell {
    let cell = this.#running.get(cpu);
    if (cell === undefined) {
      cell = this.table.addLock(`cpu${cpu}.curr`);
      this.#running.set(cpu, cell);
    }
    return cell;
  }

  /** The word that says who runs on a CPU, or -1 if nobody follows. */
  runs(cpu: number): Cell {
    return this.#running.get(cpu) ?? -1;
  }

  /** CPUs of which a race follows who runs. */
  get scheduled(): readonly number[] {
    return [...this.#running.keys()];
  }

  /** The followed CPUs, in the order of the calls. */
  get cpus(): readonly number[] {
    return [...this.#cells.keys()];
  }

  /** An agent runs on a CPU; it is the next thread of the program. Called once for each, before any runs. */
  place(agent: string, cpu: number | null): void {
    if (cpu !== null) this.#threads.set(cpu, [...this.threadsOn(cpu), this.#agents.length]);
    this.#agents.push(agent);
  }

  /** The names of the agents, in the order of their threads. */
  get agents(): readonly string[] {
    return this.#agents;
  }

  /** The threads that run on a CPU, by number. An interrupt of the CPU drains their store buffers. */
  threadsOn(cpu: number): readonly number[] {
    return this.#threads.get(cpu) ?? NOBODY;
  }

  /** The word of a CPU, or -1 if it is not followed. */
  cell(cpu: number): Cell {
    return this.#cells.get(cpu) ?? -1;
  }
}
